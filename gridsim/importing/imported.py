"""What an import has made: the table, what was recognised and left out, totals to check by eye; and its files."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gridsim.errors import ResultError
from gridsim.importing.map_file import map_of, write_map
from gridsim.importing.recognised import document_of
from gridsim.importing.tables import totals_of
from gridsim.importing.written import arrow_table, write_csv, write_parquet
from gridsim.io.whole_folder import OwnFiles, hold
from gridsim.spoken import spoken_lang
from gridsim.words import Sentence
from gridsim.wrong_call import helpful

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from gridsim.importing.choices import Choices
    from gridsim.importing.run import Seen
    from gridsim.importing.tables import Total
    from gridsim.show.document import Block
    from gridsim.words import Lang

__all__ = ["Imported"]

_MOST_IN_CSV = 2_000_000
"""Rows up to which a table is CSV unless it is asked for otherwise; no spreadsheet opens more than half of them."""
MAP_FILE = "MAP.yaml"


@helpful
class Imported:
    """A table that was made of files; see `gridsim.import_tables`.

    Attributes
    ----------
    name : str
        Of the table.
    """

    def __init__(self, name: str, seen: Seen, choices: Choices) -> None:
        self.name = name
        self._seen = seen
        self._choices = choices

    def __len__(self) -> int:
        return len(self._seen.made)

    def __repr__(self) -> str:
        return f"<Imported {self.name}: {len(self):,} rows>"

    @cached_property
    def exact(self) -> pa.Table:
        """The table with exact decimals."""
        return arrow_table(self._seen.made)

    @property
    def frame(self) -> pd.DataFrame:
        """The table as pandas has it, with amounts as the nearest float64 [MWh, yuan/MWh]."""
        import pyarrow as pa

        def plain(field: pa.Field) -> pa.DataType:
            if pa.types.is_decimal(field.type):
                return pa.float64()
            return pa.string() if pa.types.is_dictionary(field.type) else field.type

        schema = pa.schema([(field.name, plain(field)) for field in self.exact.schema])
        frame: pd.DataFrame = self.exact.cast(schema).to_pandas()
        return frame

    @property
    def totals(self) -> list[Total]:
        """Energy by user and month [MWh, exact]."""
        return totals_of(self._seen.made)

    @property
    def left_out(self) -> pd.DataFrame:
        """Rows and columns that are not in the table: file, row or column, and why."""
        import pandas as pd

        rows = [
            (each.grid, row, column, str(each.reason))
            for each in self._seen.left_out
            for row, column in [*((row, None) for row in each.rows), *((None, column) for column in each.columns)]
            or [(None, None)]
        ]
        return pd.DataFrame(rows, columns=["file", "row", "column", "reason"])

    @property
    def map(self) -> Mapping[str, Any]:
        """What MAP.yaml says of these files."""
        return map_of(self._seen.parts, self.name, self._choices)

    def document(self, lang: Lang | None = None, *, whole: bool = False) -> list[Block]:
        r"""What was recognised, what was left out, and the totals.

        Parameters
        ----------
        lang : {"en", "zh"}, optional
            Language; if left out, that of ``GRIDSIM_LANG``, else English.
        whole : bool
            Every row that was left out and every total, not the first of them alone.

        Returns
        -------
        list of Block
            Headings, texts and tables, which `gridsim.show` writes as text, HTML or Markdown.

        Examples
        --------
        >>> from pathlib import Path
        >>> from gridsim.show.markdown import markdown
        >>> file = Path("april.csv")
        >>> _ = file.write_text("户号,日期,时段,电量(kWh)\nU1,2021-04,峰,1200\nU1,2021-04,谷,720\n", encoding="utf-8")
        >>> print(markdown(gridsim.import_tables(file, "meter").document("zh")).splitlines()[0])
        # 已导入：计量，2 行
        """
        return document_of(self.name, self._seen, self.totals, spoken_lang(lang), whole=whole)

    def save(
        self,
        folder: str | os.PathLike[str],
        *,
        format: str | None = None,
        replace: bool = False,
        lang: Lang | None = None,
        with_map: str | os.PathLike[str] | None = None,
    ) -> Path:
        r"""Write the table, and beside it ``_import_TABLE.md``: what was recognised and left out, and the totals.

        Parameters
        ----------
        folder : path
            Of a scenario, or a new one. Other files in it stay.
        format : {"csv", "parquet"}, optional
            CSV up to 2,000,000 rows if left out.
        replace : bool
            Whether the table may be there already.
        lang : {"en", "zh"}, optional
            Of the note beside it; if left out, that of ``GRIDSIM_LANG``, else English.
        with_map : path, optional
            Where MAP.yaml goes, too.

        Returns
        -------
        Path
            The table.

        Raises
        ------
        ResultError
            The table is there already, or the folder cannot be written to; nothing was written then.

        Examples
        --------
        >>> from pathlib import Path
        >>> file = Path("april.csv")
        >>> _ = file.write_text("户号,日期,时段,电量(kWh)\nU1,2021-04,峰,1200\nU1,2021-04,谷,720\n", encoding="utf-8")
        >>> gridsim.import_tables(file, "meter").save("scenario", with_map="MAP.yaml").as_posix()
        'scenario/meter.csv'
        """
        from gridsim.show.markdown import markdown

        form = format or ("csv" if len(self) <= _MOST_IN_CSV else "parquet")
        file, note = f"{self.name}.{form}", f"_import_{self.name}.md"
        older = [f"{self.name}.csv", f"{self.name}.parquet", f"{self.name}.csv.gz"]
        target = Path(folder)
        with hold(target, OwnFiles({*older, note}, last=file)) as held:
            there = [name for name in older if (held.path / name).exists()]
            if there and not replace:
                raise ResultError(
                    Sentence(
                        "{path}: is there already; --replace replaces it (to keep its rows, name it as a file, too)",
                        path=target / there[0],
                    )
                )

            def write(staged: Path) -> None:
                (staged / note).write_text(markdown(self.document(lang, whole=True)), encoding="utf-8")
                table = arrow_table(self._seen.made, for_file=True)
                (write_csv if form == "csv" else write_parquet)(staged / file, table)

            held.replace(write, old=older)
            if with_map is not None:
                write_map(Path(with_map), self.map)
        return target / file
