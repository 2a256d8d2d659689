"""Vision: the library of image analysis that finding charts stands on, loaded when it is needed."""

from types import ModuleType

from lichtbild.core.errors import BadInput


def opencv() -> ModuleType:
    """The module cv2.

    Raises:
        BadInput: it is not installed.
    """
    try:
        import cv2
    except ImportError as error:
        raise BadInput(
            "finding charts needs OpenCV; install it with: pip install 'lichtbild[lab]'"
        ) from error
    return cv2


def spatial() -> ModuleType:
    """The module scipy.spatial.

    Raises:
        BadInput: it is not installed.
    """
    try:
        from scipy import spatial
    except ImportError as error:
        raise BadInput("finding charts needs SciPy; install it with: pip install 'lichtbild[lab]'") from error
    module: ModuleType = spatial
    return module
