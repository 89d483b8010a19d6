// What can be wrong with images that come from outside.

/// Trouble with a data folder or file. Each message names the place and says what to do next.
public enum DatasetError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The folder is not there or cannot be read; `reason` is the system's.
  case unreadableFolder(path: String, reason: String)
  /// A file of the set is not in the folder. `hint` says where it may be instead.
  case missingFile(path: String, hint: String)
  /// The file is there and cannot be read; `reason` is the system's or the decoder's.
  case unreadableFile(path: String, reason: String)
  /// The file cannot be written; `reason` is the system's.
  case unwritableFile(path: String, reason: String)
  /// The file has no bytes.
  case emptyFile(path: String)
  /// The last record, which begins at byte `offset`, has `found` bytes of `expected`.
  case tornRecord(path: String, offset: Int, found: Int, expected: Int)
  /// The label at byte `offset` is above 9.
  case label(path: String, offset: Int, label: Int)
  /// The names file has other than ten names.
  case classNames(path: String, found: Int)
  /// A folder of pictures has no sub-folder with a picture, or a sub-folder has none.
  case noPictures(path: String)
  /// A folder or picture in `folder` whose name is not UTF-8; in `name` such bytes are written as `\xE9`.
  case name(folder: String, name: String)
  /// A picture's size differs from the first one's, or both sides are not alike.
  case pictureSize(path: String, width: Int, height: Int, expectedWidth: Int, expectedHeight: Int)

  /// One line that names the file or folder, what is wrong with it, and what to do next.
  public var description: String {
    switch self {
    case .unreadableFolder(let path, let reason):
      "\(path): cannot read this folder (\(reason)); "
        + "give the folder that holds the images with --data or WORKBENCH_DATA"
    case .missingFile(let path, let hint): "\(path): no such file; \(hint)"
    case .unreadableFile(let path, let reason):
      "\(path): cannot read this file (\(reason)); check it and its permissions"
    case .unwritableFile(let path, let reason):
      "\(path): cannot write this file (\(reason)); check the folder and its permissions"
    case .emptyFile(let path): "\(path):0: the file is empty; copy it again from where it came"
    case .tornRecord(let path, let offset, let found, let expected):
      "\(path):\(offset): the record that begins here has \(found) of \(expected) bytes; "
        + "copy the file again, or cut it to \(offset) bytes"
    case .label(let path, let offset, let label):
      "\(path):\(offset): label \(label) is not in 0…9; "
        + "is this a file of the binary version of CIFAR-10 (\(CIFAR10.address))?"
    case .classNames(let path, let found):
      "\(path): \(found) class names instead of 10; copy it again from the archive, or remove it to use the usual names"
    case .noPictures(let path): "\(path): no PNG pictures here; give a folder with one sub-folder of PNG files a class"
    case .name(let folder, let name):
      "\(folder): the name \"\(name)\" is not UTF-8 (each \\x is a byte of another encoding) and cannot be read as a class "
        + "or a picture; rename it, with `convmv -f latin1 -t utf8 -r --notest \(folder)` for a whole archive"
    case .pictureSize(let path, let width, let height, let expectedWidth, let expectedHeight):
      "\(path): \(width)×\(height) pixels where the first picture has \(expectedWidth)×\(expectedHeight); "
        + "bring all pictures to one size"
    }
  }
}
