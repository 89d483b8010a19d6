// Workbench: the one library a notebook imports.

@_exported public import Analysis
@_exported public import Attacks
@_exported public import Basics
public import Channel
@_exported public import Datasets
@_exported public import Figures
@_exported public import FileSystem
@_exported public import Images
@_exported public import Networks
@_exported public import Objectives
@_exported public import Runs
@_exported public import Tensors
@_exported public import Training

public typealias Scale = Channel.Scale

/// The session of the notebook that this program is.
public let notebook = NotebookSession.start()
