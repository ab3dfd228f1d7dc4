"""Exchange with the real tools: their servers import what goes out, and what they export comes back."""

import io
import json
import subprocess
import zipfile

import pytest

from support import tools
from support.packages import make_package
from weaklabel.exchange import Field, load_format
from weaklabel.exchange.label_studio import FORMAT as LABEL_STUDIO

pytestmark = pytest.mark.slow
TOKEN = "abcdef0123456789abcdef0123456789abcdef01"
ODD = (
    "a b",
    "c,d",
    "e#f",
    'q"u<o>t&e',
    "名前",
    "x  y",
    "tab\there",
    "c++",
    "3d",
    "__label__z",
    "'single'",
    "a/b",
    "line\nbreak",
)
TEXT = "tab\t new\nline \"quoted\" 'single' #mark <b>bold</b> & 名前 🙂 e\u0301"


@pytest.fixture(scope="module")
def label_studio(tmp_path_factory):
    """The address of a Label Studio with a database of its own."""
    programs = tools.install("label-studio", "label-studio==1.23.*")
    folder = tmp_path_factory.mktemp("label-studio")
    address = tools.free_address()
    command = [
        programs / "label-studio", "start", "--no-browser", "--host", address, "--internal-host", "127.0.0.1",
        "--port", address.rpartition(":")[2], "--data-dir", folder, "--username", "a@example.org",
        "--password", "secret-of-a-test", "--user-token", TOKEN, "--enable-legacy-api-token",
    ]  # fmt: skip
    strict = {"fflag_feat_utc_210_prediction_validation_15082025": "true"}  # refuse the import for one bad prediction
    quiet = {"COLLECT_ANALYTICS": "false", "LATEST_VERSION_CHECK": "false", "SENTRY_DSN": "", "FRONTEND_SENTRY_DSN": ""}
    with tools.serving(
        command, f"{address}/health", folder / "log", HOME=str(folder), DJANGO_DB="sqlite", **quiet, **strict
    ):
        yield address


def odd_package(layout):
    fields = (Field("title"), Field("my picture", "image"), Field("sound", "audio"))
    texts = {
        i: {"title": f"{TEXT} {i}", "my picture": "https://example.org/a.png", "sound": "https://example.org/a.mp3"}
        for i in range(1, len(ODD) + 1)
    }
    labels = [*({tag: 0.9, "3d": 0.8} for tag in ODD), {}]
    texts[len(labels)] = {"title": "nothing is known of it", "my picture": "", "sound": ""}
    return make_package(*ODD, labels=labels, texts=texts, parents={"3d": ("a b", "e#f")}, fields=fields, layout=layout)


@pytest.mark.parametrize("layout", LABEL_STUDIO.layouts)
def test_label_studio_imports_all_tasks_and_gives_annotations_back(label_studio, layout):
    package = odd_package(layout)
    files = LABEL_STUDIO.export(package).files

    def call(method, path, body=None):
        return tools.call(method, f"{label_studio}/api{path}", TOKEN, body)

    project = call("POST", "/projects", {"title": layout, "label_config": files["config.xml"].decode()})["id"]
    tasks = json.loads(files["tasks.json"])
    imported = call("POST", f"/projects/{project}/import?return_task_ids=true", tasks)
    assert imported["task_count"] == imported["prediction_count"] == len(tasks)
    for task, number in zip(tasks, imported["task_ids"], strict=True):
        result = task["predictions"][0]["result"]
        note = {"id": "n", "type": "textarea", "from_name": "note", "to_name": "title", "value": {"text": [TEXT]}}
        skipped = task["data"]["record_id"] == 2
        answer = {"result": [*result, note], "was_cancelled": skipped, "lead_time": 2.5, "ground_truth": False}
        call("POST", f"/tasks/{number}/annotations/", answer)
    for kind in ("JSON", "JSON_MIN"):
        exported = call("GET", f"/projects/{project}/export?exportType={kind}&download_all_tasks=true")
        rows = LABEL_STUDIO.read({f"{kind}.json": json.dumps(exported).encode()}).rows
        answered = {row.record_id: set(row.chosen) for row in rows if not row.is_skipped}
        expected = {record.id: set(package.decided_tags(record)) for record in package.records}
        if kind == "JSON":
            assert [(row.record_id, row.chosen, set(row.refused)) for row in rows if row.is_skipped] == [
                (2, (), {"c,d", "3d"})
            ]
            assert {row.seconds for row in rows} == {2.5}
        answered.pop(2, None), expected.pop(2)
        assert answered == expected
        assert {row.note for row in rows} == {TEXT}
        assert {row.annotator for row in rows} != {""}
        assert all(row.time.startswith("20") for row in rows)


def test_label_studio_refuses_what_does_not_fit_its_config(label_studio):
    """Without this the import above would prove little: the server does look at predictions."""
    files = LABEL_STUDIO.export(make_package("a", "b")).files
    body = {"title": "wrong", "label_config": files["config.xml"].decode()}
    project = tools.call("POST", f"{label_studio}/api/projects", TOKEN, body)["id"]
    tasks = json.loads(files["tasks.json"].replace(b'"a"', b'"other"'))
    with pytest.raises(AssertionError, match="400"):
        tools.call("POST", f"{label_studio}/api/projects/{project}/import", TOKEN, tasks)


SETTINGS = """from config.settings.production import *
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_STORE_EAGER_RESULT = True
"""


@pytest.fixture(scope="module")
def doccano(tmp_path_factory):
    """The address and a token of a doccano with a database of its own, which does its tasks as they are asked for."""
    programs = tools.install("doccano", "doccano==1.8.*", "marshmallow<4", "numpy<2", "setuptools<81")  # as of its time
    folder = tmp_path_factory.mktemp("doccano")
    (folder / "eager_settings.py").write_text(SETTINGS)
    address = tools.free_address()
    [backend] = programs.parent.glob("lib/python*/site-packages/backend")
    environment = {
        "DOCCANO_HOME": str(folder), "HOME": str(folder), "PYTHONPATH": f"{folder}:{backend}",
        "DJANGO_SETTINGS_MODULE": "eager_settings", "DATABASE_URL": f"sqlite:///{folder}/db.sqlite3",
        "MEDIA_ROOT": str(folder / "media"), "STANDALONE": "True", "DEBUG": "False",
    }  # fmt: skip
    tools.run([programs / "doccano", "init"], **environment)
    tools.run([programs / "doccano", "createuser", "--username", "a", "--password", "secret-of-a-test"], **environment)
    command = [
        programs / "gunicorn", "--bind", address.removeprefix("http://"), "--workers", "1", "--timeout", "120",
        "--chdir", backend, "config.wsgi",
    ]  # fmt: skip
    with tools.serving(command, f"{address}/v1/health/", folder / "log", **environment):
        login = {"username": "a", "password": "secret-of-a-test"}
        yield address, tools.call("POST", f"{address}/v1/auth/login/", body=login)["key"]


IN_DOCCANO = {
    "doccano": ("doccano.jsonl", "JSONL"),
    "doccano-csv": ("doccano.csv", "CSV"),
    "fasttext": ("fasttext.txt", "fastText"),
}


COLUMNS = {"column_data": "text", "column_label": "label", "delimiter": ",", "encoding": "utf_8"}


def make_project(call, name):
    about = {"name": name, "description": "d", "project_type": "DocumentClassification", "guideline": ""}
    about |= {"resourcetype": "TextClassificationProject", "single_class_classification": False, "tags": []}
    return call("POST", "/projects", about)["id"]


@pytest.mark.parametrize("name", IN_DOCCANO)
def test_doccano_imports_all_texts_and_gives_them_back(doccano, name):
    address, token = doccano
    tags = {"doccano": ODD, "doccano-csv": [tag for tag in ODD if "#" not in tag], "fasttext": ["c++", "e#f", "名前"]}[
        name
    ]
    text = " ".join(TEXT.split()) if name == "fasttext" else TEXT
    texts = {i: {"title": f"{text} {i}"} for i in range(1, len(tags) + 1)}
    package = make_package(*tags, labels=[{tag: 0.9, tags[0]: 0.8} for tag in tags], texts=texts)
    files = load_format(name).export(package).files
    file, form = IN_DOCCANO[name]

    def call(method, path, body=None, **content):
        return tools.call(method, f"{address}/v1{path}", token, body, **content)

    project = make_project(call, name)
    upload = call("POST", "/fp/process/", content=files[file]).decode()
    started = {"format": form, "task": "DocumentClassification", "uploadIds": [upload], **COLUMNS}
    done = call("GET", f"/tasks/status/{call('POST', f'/projects/{project}/upload', started)['task_id']}")
    assert not done["error"], done
    task = call("POST", f"/projects/{project}/download", {"format": form, "exportApproved": False})["task_id"]
    archive = zipfile.ZipFile(io.BytesIO(call("GET", f"/projects/{project}/download?taskId={task}")))
    rows = load_format(name).read({member: archive.read(member) for member in archive.namelist()}).rows
    found = {row.text if name == "fasttext" else str(row.record_id): set(row.chosen) for row in rows}
    assert found == {
        f"{text} {r.id}" if name == "fasttext" else str(r.id): set(package.decided_tags(r)) for r in package.records
    }
    if name != "fasttext":
        assert {row.text for row in rows} == {package.text(record) for record in package.records}


def test_doccano_gives_back_what_a_person_takes_away_and_remarks(doccano):
    address, token = doccano
    package = make_package("a", "b", "c", labels=[{"a": 0.9, "b": 0.8}])
    files = load_format("doccano").export(package).files

    def call(method, path, body=None, **content):
        return tools.call(method, f"{address}/v1{path}", token, body, **content)

    project = make_project(call, "by hand")
    labels = call("POST", f"/projects/{project}/category-type-upload", content=files["labels.json"], part="file")
    assert labels is not None
    assert [label["text"] for label in call("GET", f"/projects/{project}/category-types")] == ["a", "b", "c"]
    upload = call("POST", "/fp/process/", content=files["doccano.jsonl"]).decode()
    started = {"format": "JSONL", "task": "DocumentClassification", "uploadIds": [upload], **COLUMNS}
    call("POST", f"/projects/{project}/upload", started)
    [example] = call("GET", f"/projects/{project}/examples")["results"]
    [wrong] = [label["id"] for label in call("GET", f"/projects/{project}/category-types") if label["text"] == "b"]
    for category in call("GET", f"/projects/{project}/examples/{example['id']}/categories"):
        if category["label"] == wrong:
            call("DELETE", f"/projects/{project}/examples/{example['id']}/categories/{category['id']}")
    call("POST", f"/projects/{project}/comments?example={example['id']}", {"text": "not b"})
    task = call("POST", f"/projects/{project}/download", {"format": "JSONL", "exportApproved": False})["task_id"]
    archive = zipfile.ZipFile(io.BytesIO(call("GET", f"/projects/{project}/download?taskId={task}")))
    [row] = load_format("doccano").read({name: archive.read(name) for name in archive.namelist()}).rows
    assert (row.record_id, row.chosen, row.refused, row.note) == (1, ("a",), ("b",), "not b")


def test_hugging_face_loads_the_parquet_file_with_its_classes(tmp_path):
    programs = tools.install("datasets", "datasets>=4")
    package = make_package(*ODD, labels=[{tag: 0.9} for tag in ODD])
    for name, data in load_format("huggingface").export(package).files.items():
        (tmp_path / name).write_bytes(data)
    code = """
import json, sys
from datasets import Dataset, load_dataset
file, cache = sys.argv[1] + "/data.parquet", sys.argv[1] + "/cache"
data = load_dataset("parquet", data_files=file, split="train", cache_dir=cache)
names = data.features["labels"].feature.names
print(json.dumps([[names[i] for i in row["labels"]] for row in data]))
data.map(lambda row: {"labels": row["labels"][:1]}).to_parquet(sys.argv[1] + "/again.parquet")
"""
    done = subprocess.run(
        [programs / "python", "-c", code, tmp_path], capture_output=True, text=True, check=False,
        env=tools.clean_environment(HF_HUB_OFFLINE="1", HF_HOME=str(tmp_path)),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    decided = [package.decided_tags(record) for record in package.records]
    assert json.loads(done.stdout) == decided
    again = load_format("huggingface").read({"again.parquet": (tmp_path / "again.parquet").read_bytes()}).rows
    assert [list(row.chosen) for row in again] == decided


def test_argilla_takes_the_records_and_the_settings(tmp_path):
    programs = tools.install("argilla", "argilla==2.*", "requests")  # which it imports, and does not ask for
    package = make_package(
        *ODD, labels=[{tag: 0.9, "3d": 0.7} for tag in ODD], fields=(Field("title"), Field("my picture", "image"))
    )
    for name, data in load_format("argilla").export(package).files.items():
        (tmp_path / name).write_bytes(data)
    code = """
import json, sys
from unittest.mock import MagicMock
import argilla as rg
from argilla.client import Argilla
from argilla.records._io import GenericIO, JsonIO
Argilla._default_client = MagicMock()  # there is no server; the classes check what they are given
settings = rg.Settings.from_json(sys.argv[1] + "/settings.json")
question = settings.questions["tags"]
records = JsonIO._records_from_json(sys.argv[1] + "/records.json")
for record in records:
    suggestion = record.suggestions["tags"]
    assert set(suggestion.value) <= set(question.labels), suggestion.value
    assert set(record.fields.to_dict()) == {field.name for field in settings.fields}
    assert len(suggestion.score) == len(suggestion.value)
    user = "00000000-0000-0000-0000-000000000001"
    record.responses.add(rg.Response("tags", suggestion.value, user_id=user, status="submitted"))
    record._model.status = "completed"  # as the server says of it then
records[0].responses.add(rg.Response("tags", ["3d"], user_id=user[:-1] + "2", status="discarded"))
records[1]._model.status = "pending"
JsonIO.to_json(records, sys.argv[1] + "/answered.json")
json.dump(GenericIO.to_list(records, flatten=True), open(sys.argv[1] + "/flat.json", "w"))
print(json.dumps([type(field).__name__ for field in settings.fields]))
"""
    done = subprocess.run(
        [programs / "python", "-c", code, tmp_path], capture_output=True, text=True, check=False,
        env=tools.clean_environment(HF_HUB_OFFLINE="1"),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == ["TextField", "ImageField"]
    decided = [package.decided_tags(record) for record in package.records]
    rows = load_format("argilla").read({"answered.json": (tmp_path / "answered.json").read_bytes()}).rows
    ann, ben = (f"00000000-0000-0000-0000-00000000000{number}" for number in (1, 2))
    assert [list(row.chosen) for row in rows if row.annotator == ann] == [decided[0], *decided[2:]]
    rows = load_format("argilla").read({"flat.json": (tmp_path / "flat.json").read_bytes()}).rows
    assert [list(row.chosen) for row in rows if row.annotator == ann] == decided
    assert [(row.record_id, row.is_skipped) for row in rows if row.annotator == ben] == [(1, True)]
