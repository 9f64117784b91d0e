"""Tables out of what was measured, plain or as Markdown."""

COLUMNS = [
    ("tool", lambda t: t["name"]),
    ("seconds", lambda t: number(t.get("median"))),
    ("from - to", lambda t: f"{number(t['min'])} - {number(t['max'])}" if "min" in t else ""),
    ("MiB/s", lambda t: whole(t.get("mib_per_second"))),
    ("% of the link", lambda t: whole(t.get("percent_of_link"))),
    ("CPU s/GiB here", lambda t: number(t.get("cpu_per_gib_here"))),
    ("there", lambda t: number(t.get("cpu_per_gib_there"))),
    ("both", lambda t: number(t.get("cpu_per_gib_both"))),
    ("source read", lambda t: number(t.get("source_read"))),
    ("feedback MiB/GiB", lambda t: number(t.get("feedback_mib_per_gib"))),
    ("MiB resident here", lambda t: whole(t.get("rss_mib_here"))),
    ("there", lambda t: whole(t.get("rss_mib_there"))),
    ("anonymous here", lambda t: whole(t.get("anonymous_mib_here"))),
    ("there", lambda t: whole(t.get("anonymous_mib_there"))),
    ("ratio", lambda t: number(t.get("ratio"))),
]


def number(value):
    return "" if value is None else f"{value:.3f}" if value < 1 else f"{value:.2f}"


def whole(value):
    return "" if value is None else f"{value:.0f}"


def cells(table):
    """Rows of text, the first one the heads, without columns that are empty."""
    rows = [[head for head, _ in COLUMNS]]
    for tool in table["tools"]:
        rows.append([show(tool) or "" for _, show in COLUMNS])
        if tool.get("failure"):
            rows[-1][1] = "failed"
    used = [i for i in range(len(COLUMNS)) if i == 0 or any(row[i] for row in rows[1:])]
    return [[row[i] for i in used] for row in rows]


def goals(table):
    for goal in table["goals"]:
        bound = "at most" if goal["is_most"] else "at least"
        yield f"{goal['text']}: {number(goal['value'])}, {bound} {goal['limit']:g} wanted: {'met' if goal['is_met'] else 'NOT MET'}"


def tables(results):
    for part in results["parts"].values():
        yield from part


def machine(results):
    m = results["machine"]
    return f"{m['version']}; {m['cores']} x {m['cpu']}, {m['memory_gib']} GiB, Linux {m['kernel']}; {m['date']}"


def plain(results):
    lines = [machine(results)]
    for table in tables(results):
        lines += ["", f"== {table['title']}"]
        if table.get("note"):
            lines.append(table["note"])
        rows = cells(table)
        widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
        for row in rows:
            lines.append("  ".join(cell.ljust(width) if i == 0 else cell.rjust(width)
                                   for i, (cell, width) in enumerate(zip(row, widths))).rstrip())
        lines += [f"goal: {goal}" for goal in goals(table)]
        lines += [f"FAILED: {failure}" for failure in table["failures"]]
    return "\n".join(lines)


def markdown(results):
    lines = [machine(results) + "."]
    for table in tables(results):
        lines += ["", f"**{table['title']}**"]
        if table.get("note"):
            lines += ["", table["note"]]
        rows = cells(table)
        lines += ["", "| " + " | ".join(rows[0]) + " |", "|---|" + "---:|" * (len(rows[0]) - 1)]
        lines += ["| " + " | ".join(row) + " |" for row in rows[1:]]
        found = list(goals(table))
        if found:
            lines.append("")
            lines += [f"- {goal}" for goal in found]
        lines += [f"- failed: {failure}" for failure in table["failures"]]
    return "\n".join(lines)


def failures(results):
    return [failure for table in tables(results) for failure in table["failures"]]
