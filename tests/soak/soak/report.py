"""What a part has found: figures in tables, and failures."""

from dataclasses import dataclass, field


@dataclass
class Table:
    title: str
    heads: list
    rows: list = field(default_factory=list)
    notes: list = field(default_factory=list)

    def add(self, *cells):
        self.rows.append([show(cell) for cell in cells])

    def plain(self):
        rows = [self.heads, *self.rows]
        widths = [max(len(row[i]) for row in rows) for i in range(len(self.heads))]
        lines = [f"== {self.title}"]
        for row in rows:
            lines.append("  ".join(cell.ljust(width) if i == 0 else cell.rjust(width) for i, (cell, width) in enumerate(zip(row, widths))).rstrip())
        return "\n".join(lines + self.notes)

    def record(self):
        return {"title": self.title, "rows": [dict(zip(self.heads, row)) for row in self.rows], "notes": self.notes}


@dataclass
class Finding:
    """Of one part."""
    tables: list = field(default_factory=list)
    failures: list = field(default_factory=list)


def show(cell):
    if cell is None:
        return ""
    return f"{cell:.2f}" if isinstance(cell, float) else str(cell)


def quantile(values, share):
    """None if there are no values."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else None
