// Contact sheets: small images in rows and columns, enlarged without smoothing.

internal import Basics
public import Images

/// A grid of small images of one size, with captions.
public struct ImageGrid: Hashable, Sendable, Drawing {
  /// The images, row by row; `nil` leaves a place empty.
  public var images: [PNGImage?]
  /// How many images stand side by side, at least 1.
  public var columns: Int
  /// How large a pixel is drawn, in points (1/72 inch).
  public var magnification: Double
  /// Text below each image, in the same order; may be shorter than `images`.
  public var captions: [String]
  /// Text above each column.
  public var columnLabels: [String]
  /// Text to the left of each row.
  public var rowLabels: [String]
  /// Bold text above everything.
  public var title: String?
  /// Distance between images in points.
  public var gap: Double
  /// Sizes and colour of the text.
  public var theme: Theme

  /// Images must have one size; captions are broken to the width of an image.
  public init(
    _ images: [PNGImage?], columns: Int, magnification: Double = 1.5, captions: [String] = [],
    columnLabels: [String] = [], rowLabels: [String] = [], title: String? = nil, gap: Double = 6,
    theme: Theme = .standard
  ) {
    precondition(columns >= 1 && magnification > 0 && gap >= 0, "ImageGrid: columns, magnification or gap too small")
    let sizes = Set(images.compactMap { $0.map { [$0.width, $0.height] } })
    precondition(sizes.count <= 1, "ImageGrid: images of several sizes: \(sizes.sorted { $0[0] < $1[0] })")
    precondition(
      captions.count <= images.count, "ImageGrid: \(captions.count) captions for \(images.count) images")
    self.images = images
    self.columns = columns
    self.magnification = magnification
    self.captions = captions
    self.columnLabels = columnLabels
    self.rowLabels = rowLabels
    self.title = title
    self.gap = gap
    self.theme = theme
  }

  /// Width and height of one image in pixels.
  private var cell: (width: Int, height: Int) {
    images.lazy.compactMap { $0 }.first.map { ($0.width, $0.height) } ?? (0, 0)
  }

  private var rows: Int { (images.count + columns - 1) / columns }

  /// The title, or how many images there are.
  public var summary: String { title ?? "Grid of \(images.count) images" }

  /// The images alone, one pixel for a pixel, `gap` pixels of white between them: a sheet that gives every pixel back.
  public func pixels(gap: Int = 2) -> PNGImage {
    let (w, h) = cell
    let width = max(1, columns * w + (columns - 1) * gap)
    let height = max(1, rows * h + (rows - 1) * gap)
    var rgba = [UInt8](repeating: 255, count: 4 * width * height)
    for (index, image) in images.enumerated() {
      guard let image else { continue }
      let left = (index % columns) * (w + gap)
      let top = (index / columns) * (h + gap)
      for y in 0..<h {
        let to = 4 * ((top + y) * width + left)
        rgba.replaceSubrange(to..<(to + 4 * w), with: image.rgba[(4 * y * w)..<(4 * (y + 1) * w)])
      }
    }
    return PNGImage(width: width, height: height, rgba: rgba)
  }

  /// The size that images, labels and captions need, in points; measured with the figures' font. Without that
  /// font the size is a rough one; drawing then throws `FigureError.font`.
  public var size: Size {
    if let canvas = try? CairoCanvas(.svg, size: Size(1, 1)) { return Plan(self, on: canvas).size }
    return Plan(self, on: RecordingCanvas()).size
  }

  /// Draws the grid over the area from (0, 0) to `size`.
  public func draw(on canvas: inout some Canvas) throws(FigureError) {
    let plan = Plan(self, on: canvas)
    let color = theme.textColor
    plan.title.draw(on: &canvas, x: plan.size.width / 2, top: Plan.padding, alignment: 0.5, color: color)
    for (index, block) in plan.columnBlocks.enumerated() {
      block.draw(
        on: &canvas, x: plan.x(index) + plan.width / 2, top: plan.top - 3 - block.height, alignment: 0.5, color: color)
    }
    for (row, block) in plan.rowBlocks.enumerated() {
      block.draw(
        on: &canvas, x: plan.left - 5, top: plan.y(row) + plan.height / 2 - block.height / 2, alignment: 1,
        color: color)
    }
    for (index, image) in images.enumerated() {
      let rect = Rect(x: plan.x(index % columns), y: plan.y(index / columns), width: plan.width, height: plan.height)
      if let image { canvas.image(image, in: rect) }
      if index < plan.captionBlocks.count {
        plan.captionBlocks[index].draw(
          on: &canvas, x: rect.center.x, top: rect.maxY + 1.5, alignment: 0.5, color: color)
      }
    }
  }

  /// Places of images and text.
  private struct Plan {
    static let padding = 6.0

    let gap: Double
    let width: Double
    let height: Double
    var left: Double
    var top: Double
    var rowTops: [Double] = []
    let title: TextBlock
    let columnBlocks: [TextBlock]
    let rowBlocks: [TextBlock]
    let captionBlocks: [TextBlock]
    private(set) var size = Size(0, 0)

    init(_ grid: ImageGrid, on canvas: some Canvas) {
      gap = grid.gap
      width = Double(grid.cell.width) * grid.magnification
      height = Double(grid.cell.height) * grid.magnification
      let small = Font(size: grid.theme.textSize * 0.85)
      let font = grid.theme.textFont
      let column = max(width, 10)
      captionBlocks = grid.captions.map { TextBlock($0, font: small, width: column, on: canvas) }
      columnBlocks = grid.columnLabels.prefix(grid.columns).map {
        TextBlock($0, font: font, width: column + grid.gap * 0.8, on: canvas)
      }
      rowBlocks = grid.rowLabels.prefix(grid.rows).map { TextBlock($0, font: font, width: 90, on: canvas) }
      left = Self.padding + (rowBlocks.isEmpty ? 0 : (rowBlocks.map(\.width).max() ?? 0) + 5)
      let total =
        left + Double(grid.columns) * width + Double(grid.columns - 1) * grid.gap + Self.padding
      title = TextBlock(
        grid.title ?? "", font: grid.theme.titleFont, width: max(total - 2 * Self.padding, 60), on: canvas)
      top = Self.padding + (title.lines.isEmpty ? 0 : title.height + 4)
      if !columnBlocks.isEmpty { top += (columnBlocks.map(\.height).max() ?? 0) + 3 }
      var y = top
      for row in 0..<grid.rows {
        rowTops.append(y)
        let own = captionBlocks.enumerated().filter { $0.offset / grid.columns == row }.map(\.element.height).max()
        y += max(height, row < rowBlocks.count ? rowBlocks[row].height : 0) + (own.map { $0 + 2 } ?? 0) + grid.gap
      }
      size = Size(
        max(total, title.width + 2 * Self.padding).rounded(.up),
        ((grid.rows > 0 ? y - grid.gap : y) + Self.padding).rounded(.up))
    }

    func x(_ column: Int) -> Double { left + Double(column) * (width + gap) }
    func y(_ row: Int) -> Double { rowTops[row] }
  }
}
