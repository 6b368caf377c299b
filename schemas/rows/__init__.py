"""What Postgres gives back: one Protocol for each shape of rows, columns as attributes.

A row itself is a named tuple that psycopg2 makes, so that nothing can be assigned to it. Times are
aware datetimes, amounts are thousandths of a credit, ages are seconds. A Protocol names the columns
that are read; where a query selects ``*`` there are more. Which query gives which rows is said in
one place, ``workers.db.named``.
"""
