"""A PostgreSQL database that goes and comes back, for one test: nobody else on the server notices."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, create_engine, make_url


@contextmanager
def away(url: str) -> Iterator[None]:
    """Nobody gets in, and whoever was in is thrown out."""
    with _altered(url, "ALLOW_CONNECTIONS false", back="ALLOW_CONNECTIONS true"):
        yield


@contextmanager
def in_recovery(url: str) -> Iterator[None]:
    """As a copy that has not taken over yet: it answers, and takes no writes."""
    read_only = "default_transaction_read_only"
    with _altered(url, f"SET {read_only} = on", back=f"RESET {read_only}"):
        yield


def thrown_out(url: str, pid: int) -> None:
    """One connection of the database, and no other."""
    with _beside(url) as admin:
        admin.exec_driver_sql("SELECT pg_terminate_backend(%s, 10000)", (pid,))


@contextmanager
def _altered(url: str, how: str, back: str) -> Iterator[None]:
    """Whoever is in keeps what held when he came, and is thrown out, before and after."""
    name = make_url(url).database
    with _beside(url) as admin:
        admin.exec_driver_sql(f'ALTER DATABASE "{name}" {how}')
        _throw_out(admin, name)
        try:
            yield
        finally:
            admin.exec_driver_sql(f'ALTER DATABASE "{name}" {back}')
            _throw_out(admin, name)


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
