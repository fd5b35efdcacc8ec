"""What holds on a day."""

from datetime import date

import numpy as np
import pandas as pd


def active(frame: pd.DataFrame, day: date) -> "pd.Series[bool]":
    """Tell which rows hold on a day: since ≤ day ≤ until, blank is open."""
    since, until = pd.to_datetime(frame["since"]), pd.to_datetime(frame["until"])
    moment = np.datetime64(day, "s")
    return (since.isna() | (since <= moment)) & (until.isna() | (until >= moment))
