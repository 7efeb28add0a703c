"""Articles by year and site, as an SVG: python docs/chart.py FEED SVG."""

import sys

import matplotlib
import pandas as pd

matplotlib.use("svg")
feed, picture = sys.argv[1:]
lines = pd.read_json(feed, lines=True, dtype=False)
lines = lines.sort_values("revision").drop_duplicates("id", keep="last")
years = lines["published_on"].str[:4]
axes = pd.crosstab(years, lines["site"]).plot.bar(stacked=True, ylabel="articles", xlabel="", figsize=(8, 3.5))
axes.figure.savefig(picture, bbox_inches="tight", metadata={"Date": None})
print(f"{picture}: {years.count()} articles of {years.nunique()} years, {years.isna().sum()} without a date")
