/// Raised by one when the same recipe gives other bits than before; part of every run's key. A golden-bits test says
/// when that has happened.
public let numericsVersion = 1

/// The library's version, as `workbench --version` prints it.
public let libraryVersion = "0.1.0"
