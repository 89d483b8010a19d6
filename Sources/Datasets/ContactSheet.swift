// Many small images on one picture, to look at a set.

internal import Basics

extension LabeledImages {
  /// A sheet of images with one row a class, in label order, and the first `columns` images of each.
  ///
  /// See `contactSheet(rows:scale:gap:)`. A place stays empty where a class has too few images.
  public func contactSheet(columns: Int, scale: Int = 2, gap: Int = 2) -> RGBImage {
    var rows = [[Int]](repeating: [], count: classCount)
    for (index, label) in labels.enumerated() where rows[label].count < columns { rows[label].append(index) }
    return contactSheet(rows: rows, scale: scale, gap: gap)
  }

  /// A sheet of the images `rows`, one list of indices a row, each pixel magnified to `scale`×`scale`, with `gap` white
  /// pixels between and around them.
  public func contactSheet(rows: [[Int]], scale: Int = 2, gap: Int = 2) -> RGBImage {
    let columns = rows.map(\.count).max() ?? 0
    precondition(columns > 0 && scale > 0 && gap >= 0, "contactSheet: \(columns) columns, scale \(scale), gap \(gap)")
    let across = gap + columns * (width * scale + gap)
    let down = gap + rows.count * (height * scale + gap)
    var sheet = [UInt8](repeating: 255, count: 3 * across * down)
    for (row, indices) in rows.enumerated() {
      for (column, index) in indices.enumerated() {
        precondition(index >= 0 && index < count, "contactSheet: image \(index) is not in 0..<\(count)")
        let top = gap + row * (height * scale + gap)
        let left = gap + column * (width * scale + gap)
        for y in 0..<height * scale {
          for x in 0..<width * scale {
            for channel in 0..<3 {
              sheet[3 * ((top + y) * across + left + x) + channel] =
                pixels[((index * 3 + channel) * height + y / scale) * width + x / scale]
            }
          }
        }
      }
    }
    return RGBImage(width: across, height: down, pixels: sheet)
  }
}
