"""`sources.toml` of the sample: what each file is."""

from etl.sample.size import facts

_TEXT = """# {name}创卫网格资料。每个文件是什么，在这里说明。

[place]
name = "{name}"
division_code = "{division_code}"
time_zone = "Asia/Shanghai"
week_ends = "friday"
measure_crs = "{measure_crs}"

[[source]]
path = "片区/片区界线.zip"                  # GBK 编码，无 .cpg
layer = "zones"
coordinates = "cgcs2000"
encoding = "gbk"

[[source]]
path = "网格/单元网格.geojson"
layer = "cells"
coordinates = "wgs84"

[[source]]
path = "底图/底图.gpkg"                     # 道路、水系、绿地、边界四个图层
layer = "base"
coordinates = "wgs84"

[[source]]
path = "责任/单位名录.xlsx"
layer = "parties"

[[source]]
path = "责任/人员名册.xlsx"
layer = "parties"

[[source]]
path = "责任/片区责任分工.xlsx"
layer = "assignments"
sheet = "责任分工"

[[source]]
path = "责任/网格员.csv"
layer = "assignments"
values = {{ role = "网格员" }}

[[source]]
path = "设施/公厕.kml"
layer = "facilities"
coordinates = "wgs84"
columns = {{ "Folder" = "subkind" }}        # 文件夹：改造、新建
values = {{ kind = "公厕" }}

[[source]]
path = "设施/市场.xls"
layer = "facilities"
coordinates = "wgs84"
values = {{ kind = "市场" }}

[[source]]
path = "设施/环卫设施测量成果.xlsx"          # 2000 国家大地坐标系，3 度带，东坐标带 38 带号
layer = "facilities"
coordinates = "EPSG:4526"

[[source]]
path = "设施/停车场.csv"                    # 经纬度为度分秒
layer = "facilities"
coordinates = "wgs84"
encoding = "gb18030"
values = {{ kind = "停车场" }}

[[source]]
path = "攻坚周.csv"
layer = "campaigns"

[[source]]
path = "{ledgers[0]}"          # 手机地图取点
layer = "problems"
coordinates = "gcj02"
complete = true

[[source]]
path = "{ledgers[1]}"              # 经度、纬度两列填反，坐标由程序判断
layer = "problems"
encoding = "gb18030"
values = {{ source = "督查" }}

[[source]]
path = "{ledgers[2]}"      # 百度地图取点
layer = "problems"
coordinates = "bd09"
columns = {{ "现场情况" = "description", "专业组" = "work_group" }}
states = {{ "已办结" = "closed", "待派单" = "reported" }}

[[source]]
path = "巡查/巡查记录*.csv"
layer = "visits"

[[source]]
path = "媒体曝光.xlsx"
layer = "exposures"

[[source]]
path = "{notices}"
layer = "notices"
"""


def sources_toml(ledgers: list[str], notices: str) -> str:
    """The declaration for ledgers, and a ledger of notices, written at these paths."""
    place = facts()["place"]
    keys = {name: place[name] for name in ("name", "division_code", "measure_crs")}
    return _TEXT.format(**keys, ledgers=ledgers, notices=notices)
