// Workbench: the one library a notebook imports.

@_exported public import Analysis
@_exported public import Attacks
@_exported public import Basics
public import Channel
@_exported public import Datasets
@_exported public import Elementary
@_exported public import Figures
@_exported public import FileSystem
@_exported public import Images
@_exported public import Networks
@_exported public import Objectives
// The studies that every notebook sees; the next one is a module beside it and a line here.
@_exported public import PaperStudy
@_exported public import Runs
@_exported public import Tensors
@_exported public import Training

/// How much work a run of a notebook does.
public typealias Scale = Channel.Scale
/// A type that a notebook's parameter can have.
public typealias ParameterValue = Channel.ParameterValue
/// How a parameter's text is checked before the program runs.
public typealias ParameterKind = Channel.ParameterKind
/// A scale that there is not, or that cannot be.
public typealias ScaleError = Channel.ScaleError
/// A parameter that a cell asks for and does not get.
public typealias ParameterValueError = Channel.ParameterValueError

/// The session of the notebook that this program is.
public let notebook = NotebookSession.start()
