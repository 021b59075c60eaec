#!/usr/bin/env python3
"""Converts the classicmodels SQL dump into files that `hansa import` reads.

    python3 convert.py mysqlsampledatabase.sql OUTPUT_FOLDER

Writes members.csv, contacts.csv, order-lines.csv and facts.csv (payments and cancellations). Needs Python 3.8 or later and nothing else.
"""

import csv
import pathlib
import sys

# ISO 3166-1 alpha-2 codes of the countries as the dump names them.
COUNTRIES = {
    "Australia": "AU", "Austria": "AT", "Belgium": "BE", "Canada": "CA", "Denmark": "DK", "Finland": "FI", "France": "FR",
    "Germany": "DE", "Hong Kong": "HK", "Ireland": "IE", "Israel": "IL", "Italy": "IT", "Japan": "JP", "Netherlands": "NL",
    "New Zealand": "NZ", "Norway": "NO", "Philippines": "PH", "Poland": "PL", "Portugal": "PT", "Russia": "RU", "Singapore": "SG",
    "South Africa": "ZA", "Spain": "ES", "Sweden": "SE", "Switzerland": "CH", "UK": "GB", "USA": "US",
}

# Goods that left the warehouse and were not called off are completed orders; the others were placed.
COMPLETED = {"Shipped", "Resolved", "Disputed"}

ESCAPES = {"0": "\0", "b": "\b", "n": "\n", "r": "\r", "t": "\t", "Z": "\x1a"}


def main(dump, folder):
    tables = read_tables(pathlib.Path(dump).read_text(encoding="utf-8"))
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    write(folder / "members.csv", members(tables))
    write(folder / "contacts.csv", contacts(tables))
    write(folder / "order-lines.csv", order_lines(tables))
    write(folder / "facts.csv", facts(tables))


def members(tables):
    staff = {row["employeeNumber"]: f"{row['firstName']} {row['lastName']}" for row in tables["employees"]}
    for row in tables["customers"]:
        country = row["country"].strip()
        if country not in COUNTRIES:
            raise SystemExit(f"customer {row['customerNumber']}: no ISO code known for the country {country!r}")
        yield {
            "id": row["customerNumber"],
            "name": row["customerName"],
            "country": COUNTRIES[country],
            "region": row["state"],
            "account_manager": staff.get(row["salesRepEmployeeNumber"]),
            "credit_limit": row["creditLimit"],
        }


def contacts(tables):
    for row in tables["customers"]:
        name = f"{row['contactFirstName'].strip()} {row['contactLastName'].strip()}".strip()
        yield {"id": f"{row['customerNumber']}-1", "member": row["customerNumber"], "name": name, "phone": row["phone"]}


def order_lines(tables):
    orders = {row["orderNumber"]: row for row in tables["orders"]}
    products = {row["productCode"]: row for row in tables["products"]}
    for line in sorted(tables["orderdetails"], key=lambda row: (int(row["orderNumber"]), int(row["orderLineNumber"]))):
        order = orders[line["orderNumber"]]
        completed = order["status"] in COMPLETED
        yield {
            "member": order["customerNumber"],
            "order": line["orderNumber"],
            "fact": "order.completed" if completed else "order.placed",
            "occurred_at": order["shippedDate"] if completed else order["orderDate"],
            "sku": line["productCode"],
            "category": products[line["productCode"]]["productLine"],
            "quantity": line["quantityOrdered"],
            "price": line["priceEach"],
        }


def facts(tables):
    for row in tables["payments"]:
        yield {
            "id": f"classicmodels:payment:{row['customerNumber']}:{row['checkNumber']}",
            "member": row["customerNumber"],
            "kind": "payment.received",
            "occurred_at": row["paymentDate"],
            "amount": row["amount"],
            "order": None,
            "reason": None,
        }
    for row in tables["orders"]:
        if row["status"] == "Cancelled":
            yield {
                "id": f"classicmodels:cancelled:{row['orderNumber']}",
                "member": row["customerNumber"],
                "kind": "order.cancelled",
                # The dump does not say when; not before it was shipped, if it was.
                "occurred_at": row["shippedDate"] or row["orderDate"],
                "amount": None,
                "order": row["orderNumber"],
                "reason": (row["comments"] or "")[:200],
            }


def write(path, rows):
    rows = list(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows({name: "" if value is None else value for name, value in row.items()} for row in rows)
    print(f"{path}: {len(rows)} rows")


def read_tables(text):
    """The rows of every INSERT, by table: each a dict from column to text, or None for NULL."""
    tables = {}
    scan = Scanner(text)
    while scan.skip_to_insert():
        table = scan.name()
        scan.expect("(")
        columns = [scan.name()]
        while scan.take(","):
            columns.append(scan.name())
        scan.expect(")")
        scan.word("values")
        rows = tables.setdefault(table, [])
        while True:
            scan.expect("(")
            values = [scan.value()]
            while scan.take(","):
                values.append(scan.value())
            scan.expect(")")
            if len(values) != len(columns):
                scan.fail(f"{len(values)} values for {len(columns)} columns of {table}")
            rows.append(dict(zip(columns, values)))
            if not scan.take(","):
                break
        scan.expect(";")
    return tables


class Scanner:
    """Walks through a dump; strings, comments and quoted names are never mistaken for statements."""

    def __init__(self, text):
        self.text = text
        self.at = 0

    def fail(self, message):
        line = self.text.count("\n", 0, self.at) + 1
        raise SystemExit(f"line {line}: {message}")

    def peek(self):
        return self.text[self.at] if self.at < len(self.text) else ""

    def blank(self):
        """Passes over white space and comments."""
        while True:
            if self.peek().isspace():
                self.at += 1
            elif self.text.startswith("/*", self.at):
                end = self.text.find("*/", self.at + 2)
                self.at = len(self.text) if end < 0 else end + 2
            elif self.text.startswith("-- ", self.at) or self.peek() == "#":
                end = self.text.find("\n", self.at)
                self.at = len(self.text) if end < 0 else end + 1
            else:
                return

    def skip_to_insert(self):
        """Moves behind the next INSERT INTO that begins a statement; false at the end."""
        while True:
            self.blank()
            if not self.peek():
                return False
            if self.text[self.at:self.at + 6].lower() == "insert":
                self.word("insert")
                self.word("into")
                return True
            self.skip_statement()

    def skip_statement(self):
        while self.peek() and self.peek() != ";":
            if self.peek() == "'":
                self.string()
            elif self.peek() in "`\"":
                end = self.text.find(self.peek(), self.at + 1)
                self.at = len(self.text) if end < 0 else end + 1
            else:
                self.at += 1
                self.blank()
        self.at += 1

    def take(self, char):
        self.blank()
        if self.peek() != char:
            return False
        self.at += 1
        return True

    def expect(self, char):
        if not self.take(char):
            self.fail(f"expected {char!r}, found {self.peek()!r}")

    def word(self, word):
        self.blank()
        if self.text[self.at:self.at + len(word)].lower() != word:
            self.fail(f"expected {word.upper()}")
        self.at += len(word)

    def name(self):
        self.blank()
        if self.peek() == "`":
            end = self.text.find("`", self.at + 1)
            if end < 0:
                self.fail("a quoted name is not closed")
            name = self.text[self.at + 1:end]
            self.at = end + 1
            return name
        return self.bare()

    def bare(self):
        start = self.at
        while self.peek() and (self.peek().isalnum() or self.peek() in "_.+-$"):
            self.at += 1
        if start == self.at:
            self.fail(f"expected a name or a value, found {self.peek()!r}")
        return self.text[start:self.at]

    def value(self):
        self.blank()
        if self.peek() == "'":
            return self.string()
        text = self.bare()
        return None if text.upper() == "NULL" else text

    def string(self):
        """A string in MySQL's way: backslash escapes, and two quotes for one."""
        self.at += 1
        parts = []
        while True:
            char = self.peek()
            if not char:
                self.fail("a string is not closed")
            self.at += 1
            if char == "\\":
                escaped = self.peek()
                self.at += 1
                parts.append(ESCAPES.get(escaped, escaped))
            elif char == "'" and self.peek() == "'":
                self.at += 1
                parts.append("'")
            elif char == "'":
                return "".join(parts)
            else:
                parts.append(char)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    main(sys.argv[1], sys.argv[2])
