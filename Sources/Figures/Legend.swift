// Where the names of the series stand.

/// Placement of a figure's legend. Series of several panels with one name and look are named once.
public enum Legend: Hashable, Sendable, Codable {
  /// A corner of the panel.
  public enum Corner: String, Hashable, Sendable, Codable, CaseIterable {
    case topRight, topLeft, bottomRight, bottomLeft
  }

  /// Inside the panel where it covers nothing, else below; below if there are several panels.
  case automatic
  /// Inside each panel, in the corner that covers least.
  case inside
  /// Inside each panel, in this corner.
  case corner(Corner)
  /// Below all panels.
  case below
  /// To the right of all panels.
  case right
  case hidden
}
