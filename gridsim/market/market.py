"""`gridsim.Market`: a year of trading and settlement, one session and one month at a time."""

from __future__ import annotations

import os
from copy import copy
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gridsim.errors import ResultError, ScenarioError
from gridsim.market.contracts import (
    HELD,
    TRADES,
    Traded,
    as_frame,
    pending_months,
    positions_of,
    prices_of_books,
    traded,
    trades_of,
)
from gridsim.market.receipt import Receipt, receipt_of_faults, receipt_of_rows
from gridsim.market.submission import cleared_already, of_other_months, read_submission
from gridsim.market.timetable import TradingSession, timetable
from gridsim.market.to_date import metered_months, noticed_again, settled_to_date, without_month, without_orders
from gridsim.market.unsaid import unless_said
from gridsim.market.view import View, view_of
from gridsim.scenario import Scenario
from gridsim.scenario.vary import hashed_again
from gridsim.simulate import run
from gridsim.suggest import nearest, nearest_in_words
from gridsim.words import LISTED, Sentence, listed, named
from gridsim.wrong_call import helpful

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection

    import pandas as pd

    from gridsim.result import Result
    from gridsim.tables.any_frame import FrameLike

__all__ = ["Market"]


class _Found(NamedTuple):
    """What the cleared sessions came to: their trading, all their trades, and what is published of their books."""

    traded: Traded
    trades: pa.Table
    prices: pa.Table


@helpful
class Market:
    """A market driven step by step: strategies see what their participant sees, and submit; sessions clear in turn.

    What a scenario holds is there from the beginning: its filings and orders stand in their sessions as if they had
    been submitted, its metered energy is known month by month. When all sessions are cleared, `result` is what
    `gridsim.run` makes of all that was submitted, to the byte.

    Parameters
    ----------
    scenario : Scenario, str or Path
        With a table of sessions.
    players : collection of str, or "all"
        Participants whose orders come from the caller alone: those that the scenario has of them are left out. Filed
        contracts stay.

    Raises
    ------
    ScenarioError
        The folder holds no scenario that can be used, or the scenario has no table of sessions.
    ResultError
        A player that takes no part in the market.

    Examples
    --------
    >>> import gridsim
    >>> market = gridsim.Market("scenarios/henan-2021-mini", players=["R1"])
    >>> for session in market.sessions:
    ...     view = market.open(session, participant="R1")
    ...     if session.kind == "monthly":
    ...         order = dict(side="buy", product="total", month=session.id[2:], energy_mwh=300, price_yuan_per_mwh=360)
    ...         receipt = market.submit([order])
    ...     trades = market.clear()
    >>> market.settle("2021-04")
    Result('henan-2021-mini (synthetic)', 2021, 359 ledger lines)
    """

    def __init__(
        self, scenario: Scenario | str | os.PathLike[str], *, players: Collection[str] | Literal["all"] = ()
    ) -> None:
        if not isinstance(scenario, Scenario):
            from gridsim.io import load

            scenario = load(scenario)
        self.sessions: tuple[TradingSession, ...] = timetable(scenario)
        self._given = scenario
        self._scenario = scenario if not len(players) else without_orders(scenario, players)
        self._cleared = 0
        self._open: TradingSession | None = None
        self._player: str | None = None
        self._known: frozenset[str] = frozenset()
        self._submissions: dict[str, int] = {}
        self._found: _Found | None = None

    @property
    def scenario(self) -> Scenario:
        """All that the market holds by now, as a scenario of its own: ``gridsim.run(market.scenario)``."""
        if self._scenario is self._given:
            return self._given
        warnings = noticed_again(self._scenario, self._given)
        return hashed_again(replace(self._scenario, warnings=warnings))

    @property
    def cleared(self) -> tuple[TradingSession, ...]:
        """The sessions that are cleared, in order."""
        return self.sessions[: self._cleared]

    @property
    def next(self) -> TradingSession | None:
        """The session that is to be cleared next; None when all are."""
        return self.sessions[self._cleared] if self._cleared < len(self.sessions) else None

    def open(self, session: TradingSession | str, participant: str | None = None) -> View:
        """Turn to a session, and see what a participant sees.

        Until another session is opened, rows that are submitted without ``session``, participant and time are of
        this session, of this participant, and of a second after the one before.

        Parameters
        ----------
        session : TradingSession or str
            One of `sessions`, or its id.
        participant : str, optional
            Generator, retailer or user; an onlooker, who sees what is published alone, if left out.

        Returns
        -------
        View
            Its own orders, filings, trades, positions and users, and the prices of cleared books.

        Raises
        ------
        ResultError
            There is no such session or participant, or the session is cleared.

        Examples
        --------
        >>> market = gridsim.Market(gridsim.example("henan-2021-mini"), players=["R1"])
        >>> view = market.open("AM-2021", participant="R1")
        >>> view.session.closes_at
        datetime.datetime(2020, 12, 22, 17, 0)
        """
        opened = self._session(session)
        if opened in self.cleared:
            raise ResultError(Sentence("the session {session} is cleared", session=opened.id))
        view = view_of(self._scenario, opened, participant, *self._to_date(), self._known)
        self._open, self._player = opened, participant
        return view

    def submit(self, frame: FrameLike | None, *, strict: bool = False) -> Receipt:
        """Submit rows of ``orders``, or of ``bilateral`` where the open session takes filings.

        Parameters
        ----------
        frame : frame or records, or None
            Energies in MWh, prices in yuan/MWh, as the tables of a scenario: of pandas, polars or pyarrow, a list of
            mappings, a mapping of columns; None is no row. Columns that are left out: ``session``, ``participant_id``
            (of filings: the side that is open) and ``submitted_at`` or ``filed_at``, as `open` says.
        strict : bool
            Raise the faults instead of returning them.

        Returns
        -------
        Receipt
            True if every row stands; else which do not and why. Where there is a fault, nothing was taken.

        Raises
        ------
        ResultError
            No session is open.
        ScenarioError
            With `strict`, every fault.

        Examples
        --------
        >>> market = gridsim.Market(gridsim.example("henan-2021-mini"), players=["R1"])
        >>> view = market.open("AM-2021", participant="R1")
        >>> order = dict(side="buy", product="total", month="2021", energy_mwh=7300, price_yuan_per_mwh=355)
        >>> market.submit([order])
        Receipt: 1 of 1 rows stand
        """
        opened = self._open
        if opened is None:
            told = Sentence("no session is open: market.open(session) first")
            raise ResultError(told if self.next is not None else Sentence("all sessions are cleared"))
        submission = read_submission(
            self._scenario,
            opened.table,
            frame,
            unless_said(self._scenario, opened, self._player, self._submissions.get(opened.id, 0)),
        )
        faults = submission.faults
        if not faults:
            faults = cleared_already(self._scenario, submission, tuple(session.id for session in self.cleared))
        if faults or submission.scenario is None:
            if strict:
                raise ScenarioError(faults)
            return receipt_of_faults(submission.given, faults)
        self._scenario = submission.scenario
        self._submissions[opened.id] = self._submissions.get(opened.id, 0) + 1
        return receipt_of_rows(self._scenario, opened.table, submission.given)

    def confirm(self, contract: str, at: dt.datetime | None = None) -> None:
        """Confirm the latest filing of a contract, as its buyer does (N3).

        Parameters
        ----------
        contract : str
            Its id.
        at : datetime, optional
            A second after the filing if left out.

        Raises
        ------
        ResultError
            There is no filing of it that waits for it, or a session in which one was made is cleared.

        Examples
        --------
        >>> market = gridsim.Market(gridsim.example("henan-2021-mini"))
        >>> view = market.open("AB-2021", participant="G1")
        >>> filing = dict(contract_id="C-901", buyer_id="R1", product="total", month="2021-07", energy_mwh=50)
        >>> receipt = market.submit([{**filing, "price_yuan_per_mwh": 361}])
        >>> market.confirm("C-901")
        >>> market.clear().query("contract_id == 'C-901'")[["energy_mwh", "price_yuan_per_mwh"]]
            energy_mwh  price_yuan_per_mwh
        11        50.0               361.0
        """
        table = self._scenario.tables["bilateral"]
        own = (table["contract_id"] == contract).to_numpy()
        waits = own & table["confirmed_at"].isna().to_numpy()
        if not waits.any():
            raise ResultError(Sentence("no filing of the contract {contract} waits to be confirmed", contract=contract))
        if set(table["session"][own]) & {session.id for session in self.cleared}:
            told = Sentence(
                "a filing of the contract {contract} was made in a session that is cleared", contract=contract
            )
            raise ResultError(told)
        filed = table["filed_at"].to_numpy()
        latest = waits & (filed == filed[waits].max())
        when = np.datetime64(at, "us") if at is not None else filed[waits].max() + np.timedelta64(1, "s")
        confirmed = table["confirmed_at"].to_numpy().copy()
        confirmed[latest] = when
        changed = table.assign(confirmed_at=confirmed)
        self._scenario = replace(self._scenario, tables={**self._scenario.tables, "bilateral": changed})

    def clear(self, session: TradingSession | str | None = None) -> pd.DataFrame:
        """Clear the session that closes next.

        Parameters
        ----------
        session : TradingSession or str, optional
            For who wants to be sure that it is this one.

        Returns
        -------
        DataFrame
            Its trades, with the columns of the result table ``trades`` (rows count over all that was submitted) and
            ``provisional``: transfers that later sessions of the month may change.

        Raises
        ------
        ResultError
            All are cleared; or another session closes before the one that is open or asked for.

        Examples
        --------
        >>> market = gridsim.Market(gridsim.example("henan-2021-mini"))
        >>> market.clear()[["session", "seller_id", "buyer_id", "energy_mwh"]].head(2)
           session seller_id buyer_id  energy_mwh
        0  AB-2021        G1       R1   36500.008
        1  AB-2021        G2       R1    9125.000
        >>> market.next.id
        'AM-2021'
        """
        due = self.next
        if due is None:
            raise ResultError(Sentence("all sessions are cleared"))
        meant = self._open if session is None else self._session(session)
        if meant is not None and meant != due:
            told = Sentence(
                "{session} is not the next to be cleared: {due} closes before it", session=meant.id, due=due.id
            )
            raise ResultError(told)
        self._cleared += 1
        self._open = self._player = self._found = None
        trades = self._to_date().trades
        is_made = pc.or_(trades.column("sell_row").is_valid(), trades.column("bilateral_row").is_valid())
        return as_frame(trades.filter(pc.and_(is_made, pc.equal(trades.column("session"), due.id))), TRADES)

    @property
    def trades(self) -> pd.DataFrame:
        """The trades of all cleared sessions, and the contracts of ``deals``, as `clear` gives them."""
        return as_frame(self._to_date().trades, TRADES)

    def positions(self) -> pd.DataFrame:
        """What units have contracted in the cleared sessions.

        Returns
        -------
        DataFrame
            ``unit_id``, ``month``, ``product``, ``energy_mwh`` [MWh], ``price_yuan_per_mwh`` (their mean by energy)
            [yuan/MWh].

        Examples
        --------
        >>> market = gridsim.Market(gridsim.example("henan-2021-mini"))
        >>> trades = market.clear()
        >>> market.positions().head(2)
          unit_id    month product  energy_mwh  price_yuan_per_mwh
        0  U4/tou  2021-01    peak       124.0               505.0
        1  U4/tou  2021-01    flat       124.0               358.0
        """
        return as_frame(positions_of(self._to_date().traded), HELD)

    def meter(self, month: str, frame: FrameLike | None = None) -> None:
        """Tell what was metered in a month, in place of what the scenario has of it; or let that be known.

        Parameters
        ----------
        month : str
            ``YYYY-MM``.
        frame : frame or records, optional
            As the table ``meter`` [MWh]; ``month`` may be left out. What the scenario has if left out.

        Raises
        ------
        ScenarioError
            Every fault of the frame.
        ResultError
            The month is none of the year.

        Examples
        --------
        >>> market = gridsim.Market(gridsim.example("henan-2021-mini"))
        >>> metered = {"user_id": ["U1", "U2"], "period": ["peak", "peak"], "energy_mwh": [1250, "980.5"]}
        >>> market.meter("2021-01", metered)
        >>> market.settle("2021-01").settled.positions["metered_mwh"].sum().item()
        2230.5
        """
        self._month(month)
        if frame is not None:
            submission = read_submission(without_month(self._scenario, month), "meter", frame, {"month": month})
            faults = submission.faults or of_other_months(submission.frame, month)
            if faults or submission.scenario is None:
                raise ScenarioError(faults)
            self._scenario = submission.scenario
            self._found = None
        self._known |= {month}

    def settle(self, month: str, *, to_date: bool = True) -> Result:
        """Settle a month with the contracts that the cleared sessions came to.

        Parameters
        ----------
        month : str
            ``YYYY-MM``, with metered energy.
        to_date : bool
            The metered months up to it; else it alone, which takes less time.

        Returns
        -------
        Result
            A result to date, which says in its manifest which months settle.

        Raises
        ------
        ResultError
            The month is none of the year, or nothing is metered in it.

        Examples
        --------
        >>> market = gridsim.Market(gridsim.example("henan-2021-mini"))
        >>> trades = market.clear()
        >>> market.settle("2021-02").settled.ledger["month"].unique().tolist()
        ['2021-01', '2021-02']
        """
        self._month(month)
        metered = metered_months(self._scenario)
        if month not in metered:
            raise ResultError(Sentence("nothing is metered in {month}: give it to market.meter first", month=month))
        months = [each for each in metered if each <= month] if to_date else [month]
        self._known |= set(months)
        cleared = {session.id for session in self.cleared}
        scenario = settled_to_date(self._scenario, cleared, months)
        return run(replace(scenario, warnings=(*self._given.warnings, *self._notes(months))))

    def result(self) -> Result:
        """The year, once all its sessions are cleared: what `gridsim.run` makes of all that was submitted.

        Returns
        -------
        Result
            Byte by byte that of ``gridsim.run(market.scenario)``.

        Raises
        ------
        ResultError
            Sessions are left; `settle` gives a result to date.

        Examples
        --------
        >>> market = gridsim.Market(gridsim.example("henan-2021-mini"))
        >>> while market.next:
        ...     trades = market.clear()
        >>> market.result()
        Result('henan-2021-mini (synthetic)', 2021, 777 ledger lines)
        """
        left = self.sessions[self._cleared :]
        if left:
            told = Sentence(
                "not yet cleared: {sessions}; market.settle(month) gives a result to date",
                sessions=named(session.id for session in left),
            )
            raise ResultError(told)
        return run(self.scenario)

    def copy(self) -> Market:
        """A market of its own that stands where this one does, to look ahead: what happens there stays there.

        Returns
        -------
        Market
            With its own orders, filings and metered energy from here on.

        Examples
        --------
        >>> market = gridsim.Market(gridsim.example("henan-2021-mini"))
        >>> ahead = market.copy()
        >>> trades = ahead.clear()
        >>> len(ahead.cleared), len(market.cleared)
        (1, 0)
        """
        other = copy(self)
        other._submissions = dict(self._submissions)
        return other

    def __getstate__(self) -> dict[str, Any]:
        """All but what can be found again."""
        return {**self.__dict__, "_found": None}

    def __repr__(self) -> str:
        due = self.next
        where = "" if due is None else f", next {due.id!r}"
        of = f"{self._cleared} of {len(self.sessions)} sessions cleared"
        return f"Market({self._scenario.name!r}, {self._scenario.year}, {of}{where})"

    def _to_date(self) -> _Found:
        """What the cleared sessions came to; nothing that is submitted to another one changes it."""
        if self._found is None:
            found = traded(self._scenario, {session.id for session in self.cleared})
            trades = trades_of(found, pending_months(self._scenario, self.sessions[self._cleared :]))
            self._found = _Found(found, trades, prices_of_books(trades))
        return self._found

    def _notes(self, months: Collection[str]) -> tuple[Sentence, ...]:
        """What ought to be known of a result to date."""
        note = Sentence(
            "a result to date: {cleared} of {sessions} sessions are cleared; months that settle: {months}",
            cleared=self._cleared,
            sessions=len(self.sessions),
            months=named(sorted(months)),
        )
        trades = self._to_date().trades
        is_of_them = pc.is_in(trades.column("month"), pa.array(sorted(months), pa.string()))
        provisional = pc.sum(pc.and_(trades.column("provisional"), is_of_them)).as_py()
        if not provisional:
            return (note,)
        told = Sentence("transfers that later sessions of their month may change: {count:,}", count=provisional)
        return note, told

    def _session(self, session: TradingSession | str) -> TradingSession:
        wanted = str(session)
        for each in self.sessions:
            if each.id == wanted:
                return each
        ids = [each.id for each in self.sessions]
        raise ResultError(
            listed(
                Sentence("there is no session {session}", session=wanted),
                nearest_in_words(nearest(wanted, ids)),
                Sentence("there are: {names}", names=named(ids, most=LISTED)),
            )
        )

    def _month(self, month: str) -> None:
        if month not in self._scenario.months:
            first, *_, last = self._scenario.months
            raise ResultError(
                Sentence("{month} is no month of the year: {first} … {last}", month=month, first=first, last=last)
            )
