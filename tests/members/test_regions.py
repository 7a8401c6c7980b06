"""China's regions: their order, their names in both languages, and what no region is."""

import re
from collections import Counter

import pytest
from django.utils import translation

from sharemall.members import regions
from sharemall.members.regions import Region, UnknownRegion

NOWHERE = [
    "",
    "0",
    "44",
    "4403",
    "440399",
    "999999",
    "000000",
    "44030５",
    "440305 ",
    "深圳市",
    "\x00",
]


def cities() -> list[Region]:
    return [city for province in regions.provinces() for city in regions.children(province.code)]


def districts() -> list[Region]:
    return [district for city in cities() for district in regions.children(city.code)]


def test_there_are_34_provinces_in_the_order_of_their_codes() -> None:
    codes = [province.code for province in regions.provinces()]
    assert len(codes) == 34
    assert codes == sorted(codes)
    assert (codes[0], codes[-3:]) == ("110000", ["710000", "810000", "820000"])


def test_every_province_has_cities_and_every_city_has_districts() -> None:
    assert all(regions.children(province.code) for province in regions.provinces())
    assert all(regions.children(city.code) for city in cities())
    assert (len(cities()), len(districts())) == (369, 3450)


def test_every_region_is_reached_from_its_province() -> None:
    with regions.LISTED.open(encoding="utf-8") as file:
        listed = sum(1 for _ in file) - 1
    assert len({one.code for one in [*regions.provinces(), *cities(), *districts()]}) == listed


def test_the_way_down_is_the_way_back_up() -> None:
    for province in regions.provinces():
        assert regions.path(province.code) == (province,)
        for city in regions.children(province.code):
            assert regions.path(city.code) == (province, city)
            for district in regions.children(city.code):
                assert regions.path(district.code) == (province, city, district)
                assert regions.province_of(district.code) == province.code[:2]


def test_only_districts_are_where_parcels_go() -> None:
    assert all(regions.is_district(district.code) for district in districts())
    assert not any(regions.is_district(one.code) for one in [*regions.provinces(), *cities()])
    assert not any(map(regions.is_district, NOWHERE))


def test_a_district_has_nothing_inside() -> None:
    assert regions.children("440305") == []


@pytest.mark.parametrize("code", NOWHERE)
def test_what_is_no_region_is_refused_everywhere(code: str) -> None:
    with pytest.raises(UnknownRegion):
        regions.children(code)
    with pytest.raises(UnknownRegion):
        regions.path(code)
    with pytest.raises(UnknownRegion):
        regions.full_name(code, "en")
    with pytest.raises(UnknownRegion):
        regions.province_of(code)


def test_nobody_has_to_choose_between_two_of_one_name() -> None:
    for parent in [*regions.provinces(), *cities()]:
        inside = regions.children(parent.code)
        for names in ([one.name_zh for one in inside], [one.name_en for one in inside]):
            assert [name for name, times in Counter(names).items() if times > 1] == []


def test_names_are_chinese_in_chinese_and_latin_in_english() -> None:
    for one in [*regions.provinces(), *cities(), *districts()]:
        assert re.fullmatch(r"[㐀-鿿]+", one.name_zh), one
        assert re.fullmatch(r"[A-Z][A-Za-zü',-]*( [A-Za-zü',-]+)*", one.name_en), one


@pytest.mark.parametrize(
    ("code", "chinese", "english"),
    [
        ("440305", "广东省 深圳市 南山区", "Nanshan District, Shenzhen, Guangdong"),
        ("110105", "北京市 朝阳区", "Chaoyang District, Beijing"),
        ("500103", "重庆市 渝中区", "Yuzhong District, Chongqing"),
        ("500229", "重庆市 城口县", "Chengkou County, Chongqing"),
        ("419001", "河南省 济源市", "Jiyuan City, Henan"),
        ("659001", "新疆维吾尔自治区 石河子市", "Shihezi City, Xinjiang"),
        ("220202", "吉林省 吉林市 昌邑区", "Changyi District, Jilin, Jilin"),
        ("610113", "陕西省 西安市 雁塔区", "Yanta District, Xi'an, Shaanxi"),
        ("441901", "广东省 东莞市 中堂镇", "Zhongtang Town, Dongguan, Guangdong"),
        (
            "810102",
            "香港特别行政区 香港岛 湾仔区",
            "Wan Chai District, Hong Kong Island, Hong Kong",
        ),
        ("820105", "澳门特别行政区 澳门半岛 大堂区", "Cathedral Parish, Macao Peninsula, Macao"),
        ("710105", "台湾省 台北市 大安区", "Da'an District, Taipei, Taiwan"),
        ("440300", "广东省 深圳市", "Shenzhen, Guangdong"),
        ("110100", "北京市", "Beijing"),
        ("150000", "内蒙古自治区", "Inner Mongolia"),
    ],
)
def test_a_full_name_has_every_level_that_people_write(
    code: str, chinese: str, english: str
) -> None:
    assert regions.full_name(code, "zh-hans") == chinese
    assert regions.full_name(code, "en") == english
    assert regions.full_name(code, "en-gb") == english


@pytest.mark.parametrize(
    ("code", "english"),
    [
        ("222400", "Yanbian Korean Autonomous Prefecture"),
        ("533100", "Dehong Dai and Jingpo Autonomous Prefecture"),
        ("530925", "Shuangjiang Lahu, Va, Blang and Dai Autonomous County"),
        ("150721", "Arong Banner"),
        ("152200", "Hinggan League"),
        ("620523", "Gangu County"),
        ("141100", "Lüliang"),
        ("211300", "Chaoyang"),
        ("140400", "Changzhi"),
        ("411100", "Luohe"),
        ("650100", "Urumqi"),
        ("310115", "Pudong New Area"),
        ("441803", "Qingxin District"),
        ("320571", "Suzhou Industrial Park"),
        ("520203", "Liuzhi Special District"),
        ("410304", "Chanhe Hui District"),
        ("140302", "Urban District"),
    ],
)
def test_an_english_name_says_what_the_place_is(code: str, english: str) -> None:
    assert regions.path(code)[-1].name_en == english


def test_a_name_is_in_the_language_of_the_page() -> None:
    (guangdong,) = regions.path("440000")
    with translation.override("en"):
        assert guangdong.name == "Guangdong"
    with translation.override("zh-hans"):
        assert guangdong.name == "广东省"
    with translation.override(None):
        assert guangdong.name == "广东省"


def test_who_changes_a_list_changes_only_its_own() -> None:
    regions.provinces().clear()
    regions.children("440000").clear()
    assert regions.provinces()
    assert regions.children("440000")
