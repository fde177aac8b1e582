"""KML and KMZ."""

from pathlib import Path

import pytest

from etl.read import kml
from tests.etl.read.reading import one, packed, refusal, write

KML = """<?xml version="1.0" encoding="{encoding}"?>
<kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>示范县</name>
<Folder><name>公厕</name><Folder><name>新建</name>
  <Placemark><name>和平公厕</name><ExtendedData>
    <Data name="编码"><value>00123</value></Data><Data name="等级"><value>二类</value></Data>
  </ExtendedData><Point><coordinates> 114.5, 38.1,0 </coordinates></Point></Placemark>
</Folder></Folder>
<Placemark><name>片区</name>
  <ExtendedData><SchemaData schemaUrl="#s"><SimpleData name="编码">P1</SimpleData></SchemaData></ExtendedData>
  <MultiGeometry>
    <Polygon>
      <outerBoundaryIs><LinearRing><coordinates>0,0 4,0 4,4 0,4 0,0</coordinates></LinearRing></outerBoundaryIs>
      <innerBoundaryIs><LinearRing><coordinates>1,1 2,1 2,2 1,1</coordinates></LinearRing></innerBoundaryIs>
    </Polygon>
    <Polygon>
      <outerBoundaryIs><LinearRing><coordinates>5,5 7,5 7,7 5,5</coordinates></LinearRing></outerBoundaryIs>
    </Polygon>
  </MultiGeometry></Placemark>
<Placemark><name>坏的</name><LineString><coordinates>1,x 2,2</coordinates></LineString></Placemark>
</Document></kml>"""


@pytest.mark.parametrize(("declared", "written"), [("UTF-8", "utf-8"), ("GBK", "gbk"), ("UTF-8", "gbk")])
def test_kml_keeps_folders_untyped_data_and_shapes(tmp_path: Path, declared: str, written: str) -> None:
    table = one(write(tmp_path / "a.kml", KML.replace("{encoding}", declared).encode(written)))
    assert list(table.frame.columns) == ["name", "Folder", "编码", "等级"]
    assert table.frame["编码"].tolist()[:2] == ["00123", "P1"]
    assert table.frame["Folder"].iloc[0] == "公厕/新建"
    assert table.geometry is not None
    assert table.geometry[0].coords[0] == (114.5, 38.1)
    assert (table.geometry[1].geom_type, table.geometry[1].area) == ("MultiPolygon", 16 - 0.5 + 2)
    assert table.geometry[2] is None
    assert table.crs == "EPSG:4326"


def test_kmz(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.kmz", {"files/x.png": b"x", "doc.kml": KML.replace("{encoding}", "UTF-8").encode()})
    assert len(one(path).frame) == 3
    assert refusal(packed(tmp_path / "b.kmz", {"a.txt": b"x"})) == "kmz_without_kml"


def test_xml_that_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = write(tmp_path / "secret.txt", "geheim")
    outside = f'<?xml version="1.0"?><!DOCTYPE kml [<!ENTITY x SYSTEM "{secret.as_uri()}">]><kml>&x;</kml>'
    laughs = '<!DOCTYPE kml [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><kml>&b;</kml>'
    assert refusal(write(tmp_path / "外.kml", outside)) == "xml_forbidden"
    assert refusal(write(tmp_path / "笑.kml", laughs)) == "xml_forbidden"
    assert refusal(write(tmp_path / "断.kml", KML[:700])) == "xml_broken"
    assert refusal(write(tmp_path / "别.kml", "<gpx><wpt/></gpx>")) == "xml_is_not_kml"
    assert refusal(write(tmp_path / "空.kml", "<kml><Document/></kml>")) == "no_features"
    deep = write(tmp_path / "深.kml", "<kml>" + "<Folder>" * 50_000 + "</Folder>" * 50_000 + "</kml>")
    assert refusal(deep) == "no_features"
    monkeypatch.setattr(kml, "MOST_BYTES", 1000)
    assert refusal(packed(tmp_path / "弹.kmz", {"doc.kml": b"<kml>" + b" " * 5000})) == "zip_too_large"
