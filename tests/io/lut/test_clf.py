from xml.etree import ElementTree

import numpy as np

from lichtbild.io.lut import clf
from lichtbild.io.lut.label import Label
from lichtbild.look.lut import Lut, nodes

LABEL = Label("warm & <soft>", "lichtbild look warm, numbers 0123")
TABLE = Lut((nodes(5) ** np.float32(1.3) * np.array([1, 0.9, 0.7], np.float32)).astype(np.float32))


def test_it_is_xml_with_blue_fastest_and_tetrahedra() -> None:
    root = ElementTree.fromstring(clf.encode(TABLE, LABEL).decode())
    assert (root.tag, root.get("compCLFversion"), root.get("name")) == ("ProcessList", "3.0", LABEL.title)
    assert root.findtext("Description") == LABEL.description
    node = root.find("LUT3D")
    assert node.get("interpolation") == "tetrahedral"
    array = node.find("Array")
    assert array.get("dim") == "5 5 5 3"
    colours = np.array(array.text.split(), float).reshape(-1, 3)
    for red, green, blue in ((0, 0, 1), (4, 0, 0), (1, 2, 3)):
        found = colours[(red * 5 + green) * 5 + blue]
        np.testing.assert_allclose(found, TABLE.table[red, green, blue], atol=6e-8)


def test_another_domain_is_resampled_and_bytes_are_the_same_every_time() -> None:
    wide = Lut(TABLE.table, low=(-1.0, -1.0, -1.0), high=(1.0, 1.0, 1.0))
    root = ElementTree.fromstring(clf.encode(wide, LABEL).decode())
    first = np.array(root.find("LUT3D/Array").text.split()[:3], float)
    np.testing.assert_allclose(first, wide(np.zeros((1, 3)))[0], atol=1e-7)
    assert clf.encode(TABLE, LABEL) == clf.encode(TABLE, LABEL)
