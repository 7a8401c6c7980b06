"""The report as one HTML file that loads nothing: styles, script, charts and tables are inside."""

import re
from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256
from html import escape
from pathlib import Path

from sharemall import __version__
from sharemall.simulator.report import contents, drawing, scales
from sharemall.simulator.report.cards import Card, cards
from sharemall.simulator.report.words import Words
from sharemall.simulator.scenario import Scenario
from sharemall.simulator.study import Grid, Study

HERE = Path(__file__).parent
HEADLINES, GRID, CHECKS, SCENARIO = "headlines", "grid", "checks", "scenario"
CHECKED = ("price", "shares", "whole", "coins", "cash", "quota")
# A number with its sign, its currency and its percent: what the eye looks for in a sentence.
_NUMBER = re.compile(r"[¥−-]*\d[\d,]*(?:\.\d+)?(?: ?%)?(?:万|亿)?")


def page(study: Study, words: Words) -> str:
    """The whole report in the words' language."""
    found = contents.sections(study, words)
    parts = [(HEADLINES, _headlines(study, words))]
    if study.grid is not None:
        parts.append((GRID, _grid(study.grid, words)))
    parts += [(section.key, _charts(section, words)) for section in found]
    parts += [(CHECKS, _checks(study, words)), (SCENARIO, _files(study, words))]
    body = "\n".join(_section(key, inner, study, words) for key, inner in parts)
    title = title_of(study.scenario, words)
    main = "\n".join((notices(words, complete=study.complete), _contents(parts, words), body))
    lead = words("page.lead")
    return shell(words, title=title, lead=lead, facts=_facts(study, words), main=main)


def _charts(section: contents.Section, words: Words) -> str:
    figures = "".join(drawing.figure(one, words) for one in section.charts)
    return f'<div class="charts">{figures}</div>'


def shell(words: Words, *, title: str, lead: str, facts: Sequence[str], main: str) -> str:
    """A page with its head and foot; `main` is HTML, all else is text."""
    style, script = _asset("report.css"), _asset("report.js")
    policy = f"default-src 'none'; style-src 'unsafe-inline'; script-src {_hash(script)}"
    kind = escape(words("page.kind"))
    return f"""<!doctype html>
<html lang="{words.tag}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<title>{escape(title)} · {kind}</title>
<style>{style}</style>
</head>
<body>
<header class="top"><div class="page">
<p class="eyebrow">{kind}</p>
<h1>{escape(title)}</h1>
<p>{escape(lead)}</p>
<ul class="facts">{"".join(f"<li>{escape(fact)}</li>" for fact in facts)}</ul>
</div></header>
<div class="page">
<main>
{main}
</main>
<footer><p>{escape(words("page.made", version=__version__))}</p></footer>
</div>
<script>{script}</script>
</body>
</html>
"""


def _asset(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")


def _hash(script: str) -> str:
    """The one script that the page's own policy lets run."""
    return f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'"


def title_of(scenario: Scenario, words: Words) -> str:
    """The scenario's title in the words' language, or its name."""
    return scenario.titles.get(words.tag.lower(), scenario.name)


def _facts(study: Study, words: Words) -> list[str]:
    scenario, outcomes = study.scenario, study.outcomes
    facts = [
        words("page.scheme", name=scenario.scheme.name),
        words("page.span", days=f"{scenario.days:,}", start=scenario.start),
    ]
    if len(outcomes) == 1:
        facts.append(words("page.seed", seed=outcomes[0].seed))
    elif outcomes:
        first, last = outcomes[0].seed, outcomes[-1].seed
        facts.append(words("page.seeds", count=len(outcomes), first=first, last=last))
    if outcomes:
        figures = outcomes[0].figures
        turnover = scales.short(figures.turnover_yuan, "yuan", words.language)
        facts.append(words("page.members", count=f"{figures.members:,}"))
        facts.append(words("page.turnover", amount=turnover))
    return facts


def notices(words: Words, *, complete: bool) -> str:
    """What stands above everything: that this is no promise, and whether it was interrupted."""
    kinds = [] if complete else [("incomplete", "notice bad", "alert")]
    kinds.append(("estimate", "notice", "note"))
    found = "\n".join(
        f'<div class="{look}" role="{role}"><strong>{escape(words(f"page.{key}"))}</strong> '
        f"{escape(words(f'page.{key}_more'))}</div>"
        for key, look, role in kinds
    )
    return f'<div class="notices">{found}</div>'


def _contents(parts: Sequence[tuple[str, str]], words: Words) -> str:
    links = "".join(f'<a href="#{key}">{escape(words(f"nav.{key}"))}</a>' for key, _ in parts)
    return f'<nav class="toc" aria-label="{escape(words("page.contents"))}">{links}</nav>'


def _section(key: str, inner: str, study: Study, words: Words) -> str:
    lead = ""
    name = "grid_one" if key == GRID and study.grid and study.grid.rows is None else key
    if words.has(f"lead.{name}"):
        target = f"{study.grid.target * 100:g}" if study.grid else ""
        lead = f'<p class="lead">{escape(words(f"lead.{name}", target=target))}</p>'
    return f"""<section id="{key}" aria-labelledby="{key}-title">
<h2 id="{key}-title">{escape(words(f"section.{key}"))}</h2>
{lead}
{inner}
</section>"""


def _headlines(study: Study, words: Words) -> str:
    if not study.outcomes:
        return f"<p>{escape(words('page.nothing'))}</p>"
    first = study.outcomes[0]
    sentences = "".join(f"<li>{_numbers(text)}</li>" for text in first.headlines[words.language])
    of_one = ""
    if len(study.outcomes) > 1:
        of_one = f'<p class="of-one">{escape(words("page.in_words", seed=first.seed))}</p>'
    found = "".join(map(_card, cards(study.outcomes, words)))
    return f"""<ul class="headlines">{found}</ul>
<div class="card">{of_one}<ul class="sentences">{sentences}</ul></div>"""


def _card(card: Card) -> str:
    between = f'<span class="between">{escape(card.between)}</span>' if card.between else ""
    return f'<li class="{card.tone}"><b>{escape(card.number)}</b>{escape(card.text)}{between}</li>'


def _numbers(text: str) -> str:
    return _NUMBER.sub(lambda found: f"<strong>{found[0]}</strong>", escape(text))


def _grid(grid: Grid, words: Words) -> str:
    holds = int(grid.holds().sum())
    cells = sum(bool(cell) for row in grid.cells for cell in row)
    said = words("grid.some", count=holds, all=cells) if holds else words("grid.none")
    maps = "".join(drawing.heat(one, words) for one in contents.heat_maps(grid, words))
    refused = ""
    if grid.refused:
        items = "".join(f"<li>{escape(fault)}</li>" for fault in grid.refused)
        refused = f'<div class="card"><p>{escape(words("grid.refused"))}</p><ul>{items}</ul></div>'
    return f'<p class="verdict">{escape(said)}</p><div class="charts">{maps}</div>{refused}'


def _checks(study: Study, words: Words) -> str:
    runs = len(study.outcomes)
    total = f"{sum(run.checks for run in study.outcomes):,}"
    items = "".join(f"<li>{escape(words(f'check.{key}'))}</li>" for key in CHECKED)
    return f"""<div class="card"><p>{escape(words("check.count", count=total, runs=runs))}</p>
<ul class="checks">{items}</ul></div>"""


def _files(study: Study, words: Words) -> str:
    files = (("scenario", study.scenario.text), ("scheme", study.scenario.scheme.text))
    cards = "".join(
        f'<div class="card"><h3>{escape(words(f"file.{key}"))}</h3>'
        f'<pre tabindex="0" role="region" aria-label="{escape(words(f"file.{key}"))}">'
        f"{escape(text.strip())}</pre></div>"
        for key, text in files
    )
    return f'<div class="two">{cards}</div>'
