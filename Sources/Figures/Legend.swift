// Where the names of the series stand.

/// Placement of a figure's legend. Series of several panels with one name and look are named once.
public enum Legend: Hashable, Sendable, Codable {
  /// A corner of the panel, or the middle of a side.
  public enum Place: String, Hashable, Sendable, Codable, CaseIterable {
    case topRight, topLeft, bottomRight, bottomLeft, top, bottom, right, left
  }

  /// Inside the panel where it covers nothing, else below; below if there are several panels.
  case automatic
  /// Inside each panel, at the place that covers least.
  case inside
  /// Inside each panel, at this place.
  case at(Place)
  /// Below all panels.
  case below
  /// To the right of all panels.
  case right
  case hidden
}
