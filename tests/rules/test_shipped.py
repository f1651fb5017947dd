from __future__ import annotations

from importlib import resources

from gridsim.rules import available, loader, shipped
from gridsim.rules.shipped import data_of, parsed
from gridsim.rules.yamltext import read_yaml


def test_the_json_of_every_shipped_rule_set_says_what_its_yaml_says():
    for name in available():
        folder = resources.files("gridsim.rules") / "data"
        content = (folder / f"{name}.yaml").read_bytes()
        data = data_of(content, (folder / f"{name}.json").read_bytes())
        assert data is not None, "run `make docs`"
        assert data == read_yaml(content, f"{name}.yaml")[0].data
        assert (
            loader._build_read(*read_yaml(content, f"{name}.yaml"), f"{name}.yaml", None, ()).hash
            == loader.shipped(name).hash
        )


def test_json_of_another_text_does_not_count(monkeypatch):
    content = b"id: one\ntitle: 2021\n"
    assert data_of(content, parsed(content, "one.yaml").encode()) == {"id": "one", "title": 2021}
    assert data_of(content + b"\n", parsed(content, "one.yaml").encode()) is None
    monkeypatch.setattr(shipped, "data_of", lambda *_: None)
    shipped.shipped_text.cache_clear()
    loader.shipped.cache_clear()
    assert shipped.shipped_text("henan-2021")[0].lines  # the YAML itself is read then
    changed = loader.shipped("henan-2021")
    shipped.shipped_text.cache_clear()
    loader.shipped.cache_clear()
    monkeypatch.undo()
    assert changed == loader.shipped("henan-2021")
