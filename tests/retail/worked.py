"""The worked month of rulebook part 14, as the files of a scenario (synthetic)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

__all__ = ["WORKED", "write_worked"]

WORKED: dict[str, str] = {
    "scenario.yaml": "name: worked-month\nyear: 2021\nrules: henan-2021\n",
    "generators.csv": "generator_id\nG1\nG2\n",
    "retailers.csv": "retailer_id\nR\n",
    "users.csv": (
        "user_id,tariff_class,voltage,peak_valley_tariff,mode,retailer_id\n"
        "U1,industry,10kV,true,conventional,R\nU2,industry,10kV,true,conventional,R\n"
        "U3,industry,10kV,true,conventional,R\n"
    ),
    "tariffs.csv": (
        "tariff_class,voltage,catalogue_peak,catalogue_flat,catalogue_valley,transmission,funds\n"
        "industry,10kV,942,600,300,150,30\n"
    ),
    "bilateral.csv": (
        "session,contract_id,generator_id,buyer_id,product,month,energy_mwh,price_yuan_per_mwh,filed_at,confirmed_at\n"
        "s,c1,G1,R,total,2021-05,600,400,2020-12-01,2020-12-02\ns,c2,G2,R,total,2021-05,400,420,2020-12-01,2020-12-02\n"
    ),
    "meter.csv": (
        "user_id,month,period,energy_mwh\nU1,2021-05,peak,320\nU1,2021-05,flat,240\nU2,2021-05,flat,480\n"
        "U3,2021-05,valley,160\n"
    ),
    "retail_contracts.csv": (
        "user_id,kind,price,reference,share,floor,fee,deviation,free,rate,deviation_price,capped\n"
        "U1,fixed,440,,,,,own,0.05,,200,true\nU2,spread_share,,450,0.5,430,,own,0.05,,200,true\n"
        "U3,cost_plus,,,,,25,own,,0.1,,\n"
    ),
    "nominations.csv": "user_id,month,energy_mwh\nU1,2021-05,360\nU2,2021-05,400\nU3,2021-05,240\n",
}


def write_worked(folder: Path, files: Mapping[str, str | None] | None = None) -> Path:
    """Write the worked month, with some files in place of its own; None: left out."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in {**WORKED, **(files or {})}.items():
        if text is not None:
            (folder / name).write_text(text, encoding="utf-8")
    return folder
