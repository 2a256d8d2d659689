"""Tags of the TIFF, Exif and DNG standards that Lichtbild reads or writes, by their names there.

Source: TIFF 6.0; TIFF/EP (ISO 12234-2); Exif 2.32; DNG 1.7.1 chapters 2 to 4.
"""

from enum import IntEnum


class Tag(IntEnum):
    """Number of a directory entry."""

    NewSubFileType = 254
    ImageWidth = 256
    ImageLength = 257
    BitsPerSample = 258
    Compression = 259
    PhotometricInterpretation = 262
    ImageDescription = 270
    Make = 271
    Model = 272
    StripOffsets = 273
    Orientation = 274
    SamplesPerPixel = 277
    RowsPerStrip = 278
    StripByteCounts = 279
    PlanarConfiguration = 284
    Software = 305
    DateTime = 306
    Artist = 315
    Predictor = 317
    TileWidth = 322
    TileLength = 323
    TileOffsets = 324
    TileByteCounts = 325
    SubIFDs = 330
    SampleFormat = 339
    CFARepeatPatternDim = 33421
    CFAPattern = 33422
    Copyright = 33432
    ExposureTime = 33434
    FNumber = 33437
    ExifIFD = 34665
    GPSIFD = 34853
    ISOSpeedRatings = 34855
    DateTimeOriginal = 36867
    FocalLength = 37386
    MakerNote = 37500
    LensModel = 42036
    DNGVersion = 50706
    DNGBackwardVersion = 50707
    UniqueCameraModel = 50708
    CFAPlaneColor = 50710
    CFALayout = 50711
    LinearizationTable = 50712
    BlackLevelRepeatDim = 50713
    BlackLevel = 50714
    BlackLevelDeltaH = 50715
    BlackLevelDeltaV = 50716
    WhiteLevel = 50717
    DefaultScale = 50718
    DefaultCropOrigin = 50719
    DefaultCropSize = 50720
    ColorMatrix1 = 50721
    ColorMatrix2 = 50722
    CameraCalibration1 = 50723
    CameraCalibration2 = 50724
    ReductionMatrix1 = 50725
    ReductionMatrix2 = 50726
    AnalogBalance = 50727
    AsShotNeutral = 50728
    AsShotWhiteXY = 50729
    BaselineExposure = 50730
    ShadowScale = 50739
    CalibrationIlluminant1 = 50778
    CalibrationIlluminant2 = 50779
    ActiveArea = 50829
    MaskedAreas = 50830
    CameraCalibrationSignature = 50931
    ProfileCalibrationSignature = 50932
    ExtraCameraProfiles = 50933
    AsShotProfileName = 50934
    ProfileName = 50936
    ProfileHueSatMapDims = 50937
    ProfileHueSatMapData1 = 50938
    ProfileHueSatMapData2 = 50939
    ProfileToneCurve = 50940
    ForwardMatrix1 = 50964
    ForwardMatrix2 = 50965
    SubTileBlockSize = 50974
    RowInterleaveFactor = 50975
    ProfileLookTableDims = 50981
    ProfileLookTableData = 50982
    OpcodeList1 = 51008
    OpcodeList2 = 51009
    OpcodeList3 = 51022
    NoiseProfile = 51041
    ProfileHueSatMapEncoding = 51107
    ProfileLookTableEncoding = 51108
    BaselineExposureOffset = 51109
    DefaultBlackRender = 51110
    DefaultUserCrop = 51125
    ProfileGainTableMap = 52525
    CalibrationIlluminant3 = 52529
    CameraCalibration3 = 52530
    ColorMatrix3 = 52531
    ForwardMatrix3 = 52532
    IlluminantData1 = 52533
    IlluminantData2 = 52534
    IlluminantData3 = 52535
    ProfileHueSatMapData3 = 52537
    ReductionMatrix3 = 52538
    RGBTables = 52543
    ProfileGainTableMap2 = 52544
    ColumnInterleaveFactor = 52547
    ProfileDynamicRange = 52551


class Compression(IntEnum):
    """How strips and tiles are coded."""

    NONE = 1
    JPEG = 7
    """Lossless JPEG, or baseline JPEG: the coded stream says which."""
    DEFLATE = 8
    OLD_DEFLATE = 32946
    LOSSY_JPEG = 34892
    JPEG_XL = 52546


class Photometric(IntEnum):
    """What the samples of a raw image are."""

    CFA = 32803
    LINEAR_RAW = 34892


def name(tag: int) -> str:
    """Name of a tag, or its number where it has none here."""
    try:
        return Tag(tag).name
    except ValueError:
        return f"tag {tag}"
