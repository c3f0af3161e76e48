"""Dates, numbers and money as Dutch and English pages write them."""

import datetime as dt
from decimal import Decimal

from babel.numbers import format_currency
from flask import Flask, g
from flask_babel import format_date, format_datetime, format_decimal, to_user_timezone

from web.languages import current_language, label, moment_in_words, sentence_of, words


def date(value: dt.date | dt.datetime | None) -> str:
    """12 maart 2027, in Amsterdam."""
    return "" if value is None else format_date(value, "d MMMM y")


def moment(value: dt.datetime | None) -> str:
    """12 maart 2027, 17.00 uur; or 12 March 2027, 17:00."""
    return "" if value is None else moment_in_words(value)


def clock(value: dt.datetime) -> str:
    """17.00 in Dutch, 17:00 in English, in Amsterdam."""
    return format_datetime(value, "HH.mm" if current_language() == "nl" else "HH:mm")


def nearness(value: dt.datetime) -> str:
    """Say whether a deadline is late, today, tomorrow or later, seen from Amsterdam now."""
    if value < g.now:
        return "late"
    days = (to_user_timezone(value).date() - to_user_timezone(g.now).date()).days
    return {0: "today", 1: "tomorrow"}.get(days, "later")


def number(value: float | Decimal | None, decimals: int = 0) -> str:
    """1.234,50 in Dutch, 1,234.50 in English, with exactly ``decimals`` places, a true minus."""
    if value is None:
        return ""
    told = format_decimal(value, "#,##0" + ("." + "0" * decimals if decimals else ""))
    return told.replace("-", "−")


def signed(value: float, decimals: int = 0) -> str:
    """+0,24 or −0,24, with a true minus sign."""
    sign = "+" if round(value, decimals) > 0 else "−" if round(value, decimals) < 0 else ""
    return sign + number(abs(value), decimals)


def p_value(value: float) -> str:
    """0,034 in Dutch, 0.034 in English; what would round to nothing is below a thousandth."""
    return f"< {number(0.001, 3)}" if value < 0.0005 else number(value, 3)


def euro(value: float | Decimal | None) -> str:
    """€ 1.500 or €1,500; cents only where there are any."""
    if value is None:
        return ""
    dutch = current_language() == "nl"
    pattern = "¤\N{NO-BREAK SPACE}#,##0" if dutch else "¤#,##0"
    return format_currency(
        value,
        "EUR",
        pattern if value == int(value) else f"{pattern}.00",
        locale="nl" if dutch else "en",
        currency_digits=False,
    )


def add_filters(app: Flask) -> None:
    for filter_ in (
        date,
        moment,
        clock,
        nearness,
        number,
        signed,
        p_value,
        euro,
        words,
        label,
    ):
        app.add_template_filter(filter_)
    app.add_template_filter(sentence_of, "sentence")
