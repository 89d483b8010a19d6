// What a drawing follows from besides its own value.

/// What pictures take from outside of the process: fonts, and settings of the environment.
package enum DrawingSources {
  /// The files that are read.
  package static var files: [String] { FontFile.names.map { FontFile.folder + "/" + $0 } }

  /// The settings, each as a line.
  package static var settings: [String] { ["date " + SourceDate.iso8601] }
}
