"""The English names of China's regions, where no table of readings gives them."""

PROVINCES = {
    "11": "Beijing", "12": "Tianjin", "13": "Hebei", "14": "Shanxi", "15": "Inner Mongolia",
    "21": "Liaoning", "22": "Jilin", "23": "Heilongjiang", "31": "Shanghai", "32": "Jiangsu",
    "33": "Zhejiang", "34": "Anhui", "35": "Fujian", "36": "Jiangxi", "37": "Shandong",
    "41": "Henan", "42": "Hubei", "43": "Hunan", "44": "Guangdong", "45": "Guangxi",
    "46": "Hainan", "50": "Chongqing", "51": "Sichuan", "52": "Guizhou", "53": "Yunnan",
    "54": "Tibet", "61": "Shaanxi", "62": "Gansu", "63": "Qinghai", "64": "Ningxia",
    "65": "Xinjiang", "71": "Taiwan", "81": "Hong Kong", "82": "Macao",
}  # fmt: skip

# Places whose usual English name is not the Chinese reading, whole.
PLACES = {
    # levels that only hold what a province or municipality governs itself
    "省直辖县级行政区划": "Directly governed",
    "自治区直辖县级行政区划": "Directly governed",
    "县": "Counties",
    # mountains and leagues that have namesakes elsewhere
    "兴安盟": "Hinggan League", "大兴安岭地区": "Da Hinggan Ling Prefecture",
    # Taiwan
    "台北市": "Taipei", "高雄市": "Kaohsiung", "台南市": "Tainan", "台中市": "Taichung",
    "金门县": "Kinmen County", "南投县": "Nantou County", "基隆市": "Keelung",
    "新竹市": "Hsinchu City", "嘉义市": "Chiayi City", "新北市": "New Taipei",
    "宜兰县": "Yilan County", "新竹县": "Hsinchu County", "桃园市": "Taoyuan",
    "苗栗县": "Miaoli County", "彰化县": "Changhua County", "嘉义县": "Chiayi County",
    "云林县": "Yunlin County", "屏东县": "Pingtung County", "台东县": "Taitung County",
    "花莲县": "Hualien County", "澎湖县": "Penghu County", "连江县": "Lienchiang County",
    # Hong Kong and Macao
    "香港岛": "Hong Kong Island", "九龙": "Kowloon", "新界": "New Territories",
    "澳门半岛": "Macao Peninsula", "离岛": "Islands",
}  # fmt: skip

# By code, because the same name is also elsewhere.
BY_CODE = {
    "131025": "Daicheng County", "711987": "Dapu Township",
    "810101": "Central and Western District", "810102": "Wan Chai District",
    "810103": "Eastern District", "810104": "Southern District",
    "810201": "Kowloon City District", "810202": "Yau Tsim Mong District",
    "810203": "Sham Shui Po District", "810204": "Wong Tai Sin District",
    "810205": "Kwun Tong District", "810301": "North District", "810302": "Tai Po District",
    "810303": "Sha Tin District", "810304": "Sai Kung District", "810305": "Yuen Long District",
    "810306": "Tuen Mun District", "810307": "Tsuen Wan District",
    "810308": "Kwai Tsing District", "810309": "Islands District",
    "820102": "Our Lady of Fatima Parish", "820103": "St Anthony Parish",
    "820104": "St Lazarus Parish", "820105": "Cathedral Parish",
    "820106": "St Lawrence Parish", "820202": "Our Lady of Carmo Parish",
    "820203": "Cotai", "820204": "St Francis Xavier Parish",
    "152571": "Ulgai Administrative Committee", "632857": "Da Qaidam Administrative Committee",
    "130672": "Baigou New Town", "441923": "Songshan Lake", "441934": "Dongguan Port",
    "441935": "Dongguan Eco-park", "442019": "Torch Development Zone Subdistrict",
    "460417": "Yangpu Economic Development Zone",
    "460418": "South China College of Tropical Crops", "711299": "Diaoyutai",
    "712688": "Taroko", "140971": "Mount Wutai Scenic Area",
}  # fmt: skip

# Names from other languages than Chinese, without the word for what they are.
STEMS = {
    "呼和浩特": "Hohhot", "鄂尔多斯": "Ordos", "呼伦贝尔": "Hulunbuir", "巴彦淖尔": "Bayannur",
    "乌兰察布": "Ulanqab", "锡林郭勒": "Xilingol", "阿拉善": "Alxa",
    "锡林浩特": "Xilinhot", "乌兰浩特": "Ulanhot", "二连浩特": "Erenhot", "额济纳": "Ejin",
    "满洲里": "Manzhouli", "哈尔滨": "Harbin", "齐齐哈尔": "Qiqihar", "拉萨": "Lhasa",
    "日喀则": "Shigatse", "昌都": "Qamdo", "林芝": "Nyingchi", "那曲": "Nagqu", "阿里": "Ngari",
    "阿坝": "Ngawa", "甘孜": "Garze", "果洛": "Golog", "玉树": "Yushu", "格尔木": "Golmud",
    "德令哈": "Delingha", "乌鲁木齐": "Urumqi", "克拉玛依": "Karamay", "吐鲁番": "Turpan",
    "哈密": "Hami", "博尔塔拉": "Bortala", "巴音郭楞": "Bayingolin", "阿克苏": "Aksu",
    "克孜勒苏": "Kizilsu", "喀什": "Kashgar", "和田": "Hotan", "伊犁": "Ili", "塔城": "Tacheng",
    "阿勒泰": "Altay", "库尔勒": "Korla", "石河子": "Shihezi", "阿拉尔": "Aral",
    "阿图什": "Artux", "莎车": "Yarkant", "库车": "Kuqa", "霍尔果斯": "Khorgos",
    "塔什库尔干": "Tashkurgan", "西双版纳": "Xishuangbanna",
}  # fmt: skip

PEOPLES = {
    "朝鲜族": "Korean", "土家族": "Tujia", "苗族": "Miao", "藏族": "Tibetan", "羌族": "Qiang",
    "彝族": "Yi", "布依族": "Buyei", "侗族": "Dong", "哈尼族": "Hani", "壮族": "Zhuang",
    "傣族": "Dai", "白族": "Bai", "景颇族": "Jingpo", "傈僳族": "Lisu", "回族": "Hui",
    "蒙古族": "Mongol", "蒙古": "Mongol", "哈萨克族": "Kazakh", "哈萨克": "Kazakh",
    "柯尔克孜": "Kyrgyz", "满族": "Manchu", "瑶族": "Yao", "黎族": "Li", "畲族": "She",
    "仡佬族": "Gelao", "水族": "Sui", "佤族": "Va", "拉祜族": "Lahu", "纳西族": "Naxi",
    "布朗族": "Blang", "撒拉族": "Salar", "土族": "Tu", "东乡族": "Dongxiang",
    "保安族": "Bonan", "裕固族": "Yugur", "锡伯": "Xibe", "塔吉克": "Tajik",
    "毛南族": "Maonan", "仫佬族": "Mulao", "各族": "Multi-ethnic", "独龙族": "Derung",
    "怒族": "Nu", "普米族": "Pumi", "鄂伦春": "Oroqen", "鄂温克族": "Evenki",
    "达斡尔族": "Daur",
}  # fmt: skip

# What a name ends in and what that is in English; the first that fits counts.
KINDS = {
    "经济技术开发区": "Economic and Technological Development Zone",
    "高新技术产业开发区": "High-tech Zone",
    "高技术产业开发区": "High-tech Zone",
    "高新技术开发区": "High-tech Zone",
    "高新技术产业园区": "High-tech Park",
    "航空港经济综合实验区": "Airport Economy Zone",
    "城乡一体化示范区": "Urban-Rural Demonstration Zone",
    "循环化工园区": "Chemical Industry Park",
    "现代产业园区": "Industrial Park",
    "经济开发区": "Economic Development Zone",
    "风景名胜区": "Scenic Area",
    "工业园区": "Industrial Park",
    "高新区": "High-tech Zone",
    "开发区": "Development Zone",
    "示范区": "Demonstration Zone",
    "管理区": "Administrative Area",
    "自治州": "Autonomous Prefecture",
    "自治县": "Autonomous County",
    "自治旗": "Autonomous Banner",
    "街道": "Subdistrict",
    "地区": "Prefecture",
    "林区": "Forestry District",
    "矿区": "Mining District",
    "特区": "Special District",
    "新区": "New Area",
    "区": "District",
    "县": "County",
    "市": "City",
    "旗": "Banner",
    "盟": "League",
    "镇": "Town",
    "乡": "Township",
}

# Where the last two characters before 区 belong to the name, or 新区 is not a new area.
DISTRICTS = {
    "万柏林区", "北林区", "坪林区", "士林区", "新林区", "杉林区", "树林区", "碑林区", "茂林区",
    "金林区", "清新区",
}  # fmt: skip

# Names of one character before the kind.
SHORT = {"东": "East", "西": "West", "南": "South", "北": "North", "中": "Central", "城": "Urban"}

# Readings that the general table misses: of a whole stem or a part of it, else of a character.
WORDS = {
    "长子": "zhang zi", "乐清": "yue qing", "乐亭": "lao ting", "漯河": "luo he",
    "涡阳": "guo yang", "洪洞": "hong tong", "闵行": "min hang", "马尾": "ma wei",
    "龙圩": "long xu", "荥经": "ying jing", "繁峙": "fan shi", "瀍河": "chan he",
    "红寺堡": "hong si bu", "曾都": "zeng du", "六合": "lu he", "泊头": "bo tou",
    "塘厦": "tang xia", "筠连": "jun lian", "覃塘": "qin tang", "崆峒": "kong tong",
}  # fmt: skip
CHARACTERS = {
    "长": "chang", "朝": "chao", "都": "du", "乐": "le", "什": "shi", "单": "shan", "浚": "xun",
    "蔚": "yu",
}  # fmt: skip
