"""Names of participants, from the tables that give them."""

from __future__ import annotations

import pyarrow as pa

from gridsim.scenario.party_names import apart, party_names

INPUTS = {
    "generators": pa.table({"generator_id": ["G1", "G2"], "name": ["East", None]}),
    "retailers": pa.table({"retailer_id": ["R1"]}),
    "users": pa.table({"user_id": ["U1", "U2"], "name": ["Mill", ""]}),
}


def test_only_who_has_a_name_has_one() -> None:
    assert party_names(INPUTS) == {"G1": "East", "U1": "Mill"}
    assert party_names(INPUTS, ("users",)) == {"U1": "Mill"}
    assert party_names({}) == {}


def test_names_that_could_be_taken_for_another_have_their_id() -> None:
    assert apart({"U1": "Mill", "U2": "Mill", "U3": "U1", "U4": "Shop", "U5": "U5"}) == {
        "U1": "Mill (U1)",
        "U2": "Mill (U2)",
        "U3": "U1 (U3)",
        "U4": "Shop",
        "U5": "U5",
    }
