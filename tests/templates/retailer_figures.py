"""The figures that scenarios/retailer-2021 is made of: all of them made up."""

from __future__ import annotations

SEED = 2021

# id, name, class, voltage, peak-valley tariff, mode, leaves in, industry (a row of INDUSTRIES), annual MWh,
# what is billed beside energy (kVA, kW or nothing), standard and usual power factor
USERS = """\
U01,合成水泥厂,large_industry,110kV,true,conventional,,0,46000,kw,0.90,0.93
U02,合成玻璃厂,large_industry,35kV,true,conventional,,0,31000,kw,0.90,0.91
U03,合成轴承厂,large_industry,35kV,true,conventional,,1,18500,kva,0.90,0.88
U04,合成纺织厂,large_industry,10kV,true,conventional,,0,12800,,,
U05,合成造纸厂,large_industry,35kV,true,conventional,,0,16400,kva,0.90,0.96
U06,合成面粉厂,large_industry,10kV,true,conventional,,1,6900,kva,0.90,0.84
U07,合成轮胎厂,large_industry,35kV,true,conventional,,0,22700,,,
U08,合成纸箱厂,large_industry,10kV,true,conventional,,1,4100,,,
U09,合成阀门厂,large_industry,10kV,true,conventional,,1,5300,,,
U10,合成冷库,general_commercial,10kV,true,conventional,,3,7600,,0.85,0.87
U11,合成商场,general_commercial,10kV,false,conventional,,2,3900,,0.85,0.90
U12,合成酒店,general_commercial,10kV,false,conventional,,3,2700,,,
U13,合成写字楼,general_commercial,10kV,false,conventional,,2,2200,,,
U14,合成数据中心,general_commercial,10kV,true,conventional,,0,14600,,0.85,0.95
U15,合成食品厂,large_industry,10kV,true,conventional,,1,5800,,,
U16,合成制药厂,large_industry,10kV,true,conventional,,0,9700,,,
U17,合成铸造厂,large_industry,35kV,true,conventional,,1,13900,,,
U18,合成家具厂,large_industry,10kV,true,conventional,,2,3300,,,
U19,合成印刷厂,large_industry,10kV,true,conventional,,1,2900,,,
U20,合成饲料厂,large_industry,10kV,true,conventional,2021-10,1,4800,,,
U21,合成塑料厂,large_industry,10kV,true,conventional,,0,8800,,,
U22,合成医院,general_commercial,10kV,true,conventional,,2,6100,,,
U23,合成钢厂,large_industry,110kV,true,tou,,0,88000,kw,0.90,0.95
U24,合成电炉厂,large_industry,110kV,true,tou,,1,41000,kw,0.90,0.92
U25,合成化肥厂,large_industry,110kV,true,tou,,0,62000,,,
U26,合成氯碱厂,large_industry,110kV,true,tou,,0,54000,,,
U27,合成机械厂,large_industry,35kV,true,tou,,1,19500,,,
U28,合成汽车零件厂,large_industry,35kV,true,tou,,1,24800,,,
U29,合成矿山,large_industry,35kV,true,tou,,0,28300,,,
U30,合成水厂,large_industry,10kV,true,tou,,0,11200,,,
"""

# class, voltage, catalogue at peak, flat, valley, T&D, funds, from, a month's kVA and kW
TARIFFS = """\
general_commercial,10kV,960,620,325,228,40,,synthetic,,
general_commercial,10kV,925,598,315,211,40,2021-07,synthetic,,
large_industry,10kV,935,600,308,195,28,,synthetic,22.5,30.5
large_industry,35kV,912,585,300,180,28,,synthetic,22.5,30.5
large_industry,110kV,888,570,293,165,28,,synthetic,22.5,30.5
"""

# Retail contracts of each kind. In the first quarter the periods of tou users are priced alike and the peak-valley
# policy applies, so prices by period begin in April.
RETAIL_CONTRACTS = """\
U01,,,spread_share,,,,,405,0.4,395,430,,own,0.05,,60,both,true
U02,,,spread_share,,,,,405,0.5,398,,,own,0.05,,60,both,true
U03,,,fixed,418,,,,,,,,,,,,,,
U04,,,fixed,421.5,,,,,,,,,,,,,,
U05,,,cost_plus,,,,,,,,,14,own,0.03,0.1,,unit,
U06,,,fixed,426,,,,,,,,,,,,,,
U07,,2021-06,fixed,420,,,,,,,,,,,,,,
U07,2021-07,,cost_plus,,,,,,,,,17.5,,,,,,
U08,,,fixed,432,,,,,,,,,,,,,,
U09,,,cost_plus,,,,,,,,,22,price,0.1,,40,over,
U10,,,fixed,428.8,,,,,,,,,,,,,,
U11,,,fixed,436,,,,,,,,,,,,,,
U12,,,fixed,438,,,,,,,,,,,,,,
U13,,,fixed,438,,,,,,,,,,,,,,
U14,,,spread_share,,,,,400,0.6,,425,,,,,,,
U15,,,cost_plus,,,,,,,,,20,,,,,,
U16,,,spread_share,,,,,402,0.5,390,428,,,,,,,
U17,,,fixed,422,,,,,,,,,own,0.05,,55,under,
U18,,,fixed,434,,,,,,,,,,,,,,
U19,,,cost_plus,,,,,,,,,24,,,,,,
U20,,2021-09,fixed,429,,,,,,,,,,,,,,
U21,,,cost_plus,,,,,,,,,18.25,price,0.08,0.12,,both,
U23,,2021-03,fixed,404,,,,,,,,,,,,,,
U23,2021-04,,fixed,,545,398,268,,,,,,own,0.05,,50,both,true
U24,,2021-03,fixed,408,,,,,,,,,,,,,,
U24,2021-04,,fixed,402,541,,271,,,,,,,,,,,
U25,,,cost_plus,,,,,,,,,9.5,,,,,,
U26,,,spread_share,,,,,395,0.7,,,,,,,,,
U27,,,cost_plus,,,,,,,,,16,own,0.06,0.08,,both,
U28,,,cost_plus,,,,,,,,,15.5,,,,,,
U29,,,spread_share,,,,,398,0.5,255,560,,,,,,,
U30,,,fixed,415,,,,,,,,,,,,,,
"""
"""U22 has none: its bill has no energy of the retailer's, and the program says so."""

NOMINATED_BY_PERIOD = ("U23",)

GENERATORS = "G1,合成第一发电厂\nG2,合成第二发电厂\nG3,合成燃气电厂\n"

# product, share of the expected year bought for the whole year from G1, its price, from the market, its price
ANNUAL = (
    ("total", "0.58", "397", "0.24", "401.5"),
    ("peak", "0.62", "512", "0.22", "519"),
    ("flat", "0.62", "388", "0.22", "391"),
    ("valley", "0.62", "254", "0.22", "258.5"),
)
# What tops up a month in the monthly session: its price, by product, less a yuan for each month gone by
MONTHLY_PRICES = {"total": 412, "peak": 531, "flat": 402, "valley": 266}
EXPECTED_TOO_HIGH = {"2021-06": "1.07", "2021-09": "1.11", "2021-11": "0.93"}
"""Months for which the retailer bought by another forecast than it expected by: these fall short, or overrun."""
