// Residual networks with pre-activation blocks, as data. He et al., ECCV 2016, arXiv:1603.05027.
//
//     images → stem 3×3 → blocks → BN, activation → mean over the image → linear → logits
//
//     block:   a = act(bn1(x));  h = act(bn2(conv1(a)));  y = conv2(h) + (shortcut(a) where there is one, else x)
//
// Families differ in names, numbers of blocks, widths and strides: in their `ResidualTopology`. One walk of it,
// `ResidualLayers`, gives the tensors, the summary, the passes and the Lipschitz bounds.

public import Tensors

/// The blocks of a residual network.
public struct ResidualTopology: Hashable, Sendable {
  /// Two 3×3 convolutions beside the identity, or beside a 1×1 convolution where the width changes.
  public struct Block: Hashable, Sendable {
    /// As in public checkpoints: `block1.layer.0`, `layer1.0`.
    public var name: String
    /// Channels of its output.
    public var channels: Int
    /// Of its first convolution and its shortcut: 1 or 2.
    public var stride: Int

    /// A block.
    public init(name: String, channels: Int, stride: Int) {
      (self.name, self.channels, self.stride) = (name, channels, stride)
    }
  }

  /// Channels of the first convolution, `conv1`.
  public var stemChannels: Int
  /// In the order of the forward pass.
  public var blocks: [Block]
  /// What a block calls its shortcut: `convShortcut`, `shortcut.0`.
  public var shortcutName: String
  /// What the last normalisation is called: `bn1`, `bn`.
  public var normName: String

  /// Groups of blocks, of which each but the first begins with a stride of 2.
  ///
  /// - Parameters:
  ///   - groups: how many blocks of how many channels.
  ///   - name: the name of block `block` of group `group`, both counted from 0.
  public init(
    stemChannels: Int, groups: [(blocks: Int, channels: Int)], shortcutName: String, normName: String,
    name: (_ group: Int, _ block: Int) -> String
  ) {
    self.stemChannels = stemChannels
    self.shortcutName = shortcutName
    self.normName = normName
    blocks = []
    for (g, group) in groups.enumerated() {
      for block in 0..<group.blocks {
        blocks.append(Block(name: name(g, block), channels: group.channels, stride: g > 0 && block == 0 ? 2 : 1))
      }
    }
  }
}

/// A residual network of pre-activation blocks: all families of them take the fused passes.
public protocol ResidualNetwork: Network {
  /// What stands between normalisation and convolution.
  var activation: ActivationFunction { get set }
  /// How 3×3 convolutions are computed.
  var convolutions: ConvolutionAlgorithm { get set }
  /// Its blocks.
  var topology: ResidualTopology { get }
}

extension ResidualNetwork {
  /// The tensors of stem, blocks, last normalisation and linear layer.
  public var layout: NetworkLayout { ResidualLayers(self).layout }

  /// The fused passes, by this machine's kernels.
  public func makeEngine() -> any NetworkEngine { PackedWeights(ResidualLayers(self)) }
}
