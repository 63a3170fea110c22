/// Named maxima of images that come from outside.
public enum ImageLimits {
    /// The most bytes of an image that is opened or fetched: some forty million symbols. Larger ones are refused before
    /// memory is taken for them.
    public static let byteCountMax = 16 << 30
    /// The fewest bytes that can be an image: its header.
    public static let byteCountMin = ImageHeader.byteCount
}
