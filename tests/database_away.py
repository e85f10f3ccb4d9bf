"""A PostgreSQL database that goes and comes back, for one test: nobody else on the server notices."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, create_engine, make_url


@contextmanager
def away(url: str) -> Iterator[None]:
    """Nobody gets in, and whoever was in is thrown out."""
    name = make_url(url).database
    with _beside(url) as admin:
        admin.exec_driver_sql(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        _throw_out(admin, name)
        try:
            yield
        finally:
            admin.exec_driver_sql(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')


@contextmanager
def in_recovery(url: str) -> Iterator[None]:
    """As a copy that has not taken over yet: it answers, and takes no writes."""
    name = make_url(url).database
    with _beside(url) as admin:
        admin.exec_driver_sql(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
        _throw_out(admin, name)
        try:
            yield
        finally:
            admin.exec_driver_sql(f'ALTER DATABASE "{name}" RESET default_transaction_read_only')
            _throw_out(admin, name)


def thrown_out(url: str, pid: int) -> None:
    """One connection of the database, and no other."""
    with _beside(url) as admin:
        admin.exec_driver_sql("SELECT pg_terminate_backend(%s, 10000)", (pid,))


@contextmanager
def _beside(url: str) -> Iterator[Connection]:
    engine = create_engine(make_url(url).set(database="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def _throw_out(admin: Connection, name: str | None) -> None:
    ask = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = %s"
    while admin.exec_driver_sql(ask, (name,)).scalar_one():
        pass
