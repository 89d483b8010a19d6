// The divergences of the paper and of those it is compared with. H-divergences: Zhao et al., ICLR 2022; with Shannon's
// entropy as H they are functions of H(p), H(q) and H((p + q)/2).

extension Divergence {
  /// H-JS (eq. 9), the Jensen–Shannon divergence: H(m) − ½(H(p) + H(q)), m = (p + q)/2. In [0, log 2], symmetric.
  public static let jensenShannon = Divergence("h-js") { p, q in entropy((p + q) / 2) - (entropy(p) + entropy(q)) / 2 }

  /// H-Min as the paper defines it (eq. 10): H(m) − min(H(p), H(q)). At least H-JS, symmetric.
  public static let hMin = Divergence("h-min") { p, q in entropy((p + q) / 2) - min(entropy(p), entropy(q)) }

  /// H-Min as the paper's code computes it and as its H-MIN rows were trained: the mean over the classes of
  /// log m − min(log p, log q), each probability at least 1e-8 before its logarithm. No H-divergence: unbounded but for
  /// the 1e-8, and a class counts as much as its logarithm moves, not as much as its probability.
  public static let hMinAsReleased = Divergence("h-min-as-released") { p, q in
    let floor = 1e-8
    return mean(log((p + q) / 2, atLeast: floor) - min(log(p, atLeast: floor), log(q, atLeast: floor)))
  }

  /// Kullback and Leibler's divergence of the second prediction from the first: Σ p (log p − log q).
  public static let kullbackLeibler = Divergence("kl") { p, q in kl(p, q) }

  /// Adversarial logit pairing (Kannan et al., 2018, arXiv:1803.06373): the mean square of the differences of logits.
  public static let logitPairing = Divergence.ofLogits("alp") { u, v in mean(square(u - v)) }

  /// All of them.
  public static let builtIn = [jensenShannon, hMin, hMinAsReleased, kullbackLeibler, logitPairing]

  /// The built-in divergence of this name: `h-js`, `h-min`, `h-min-as-released`, `kl` or `alp`.
  public init?(named name: String) {
    guard let found = Divergence.builtIn.first(where: { $0.name == name }) else { return nil }
    self = found
  }
}
