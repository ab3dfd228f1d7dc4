"""Files to evaluate."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest


@pytest.fixture
def files(tmp_path):
    """Write files by name, and return the paths."""

    def write(**contents):
        paths = {}
        for name, content in contents.items():
            path = tmp_path / name.replace("_", ".")
            if isinstance(content, dict):
                pq.write_table(pa.table(content), path)
            else:
                path.write_text(content, encoding="utf-8")
            paths[name] = str(path)
        return paths

    return write
