// Where the names of the series stand.

/// Placement of a figure's legend. Series of several panels with one name and look are named once.
public enum Legend: Hashable, Sendable, Codable {
  /// A corner of the panel, or the middle of a side.
  public enum Place: String, Hashable, Sendable, Codable, CaseIterable {
    /// The upper right corner.
    case topRight
    /// The upper left corner.
    case topLeft
    /// The lower right corner.
    case bottomRight
    /// The lower left corner.
    case bottomLeft
    /// The middle of the upper side.
    case top
    /// The middle of the lower side.
    case bottom
    /// The middle of the right side.
    case right
    /// The middle of the left side.
    case left
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
  /// No legend.
  case hidden
}
