"""A Python client against the real server: stubs from the proto, an answer, an error's details.

usage: check_client.py PATH_OF_THE_STANCE_BINARY

Needs grpcio, grpcio-tools, grpcio-status and googleapis-common-protos.
"""

import importlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import google.rpc
import grpc
import grpc_tools
from google.rpc import error_details_pb2
from grpc_status import rpc_status
from grpc_tools import protoc

ROOT = pathlib.Path(__file__).resolve().parents[2]
CONTRACT = "stance/v1/stance.proto"


def generate(out):
    """Writes the stubs of the contract into a folder and imports them."""
    common = pathlib.Path(next(iter(google.rpc.__path__))).parents[1]
    well_known = pathlib.Path(grpc_tools.__file__).parent / "_proto"
    arguments = ["protoc", f"-I{ROOT / 'proto'}", f"-I{common}", f"-I{well_known}"]
    arguments += [f"--python_out={out}", f"--grpc_python_out={out}", CONTRACT]
    assert protoc.main(arguments) == 0, "protoc failed"
    sys.path.insert(0, str(out))
    return (
        importlib.import_module("stance.v1.stance_pb2"),
        importlib.import_module("stance.v1.stance_pb2_grpc"),
    )


def start(binary):
    """Starts the server on a free port and reads its address from its log."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("STANCE_")}
    process = subprocess.Popen(
        [binary, "serve", "--addr", "127.0.0.1:0", "--log-format", "json"],
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )
    for line in process.stderr:
        event = json.loads(line)
        if event.get("message") == "ready":
            return process, event["address"]
    raise AssertionError("the server ended before it was ready")


def failure(call, request):
    """The status, with its decoded details, of a call that must fail."""
    try:
        call(request)
    except grpc.RpcError as error:
        return rpc_status.from_call(error)
    raise AssertionError("the call did not fail")


def details(status, kind):
    """The one detail of a kind."""
    found = [detail for detail in status.details if detail.Is(kind.DESCRIPTOR)]
    assert len(found) == 1, status
    message = kind()
    found[0].Unpack(message)
    return message


def check(pb, client):
    text = "We never had any intention of attacking our neighbours."
    answer = client.Classify(pb.ClassifyRequest(text=text)).classification
    assert answer.stance == pb.STANCE_DENIAL, answer
    assert abs(sum(score.score for score in answer.scores) - 1) < 1e-5, answer

    # Python indexes strings by code points.
    text = "“No 😀 talks,” he said."
    request = pb.TokenizeRequest(text=text, encoding_type=pb.ENCODING_TYPE_UTF32)
    for token in client.Tokenize(request).tokens:
        assert text[token.span.begin_offset : token.span.end_offset] == token.text, token

    status = failure(client.Classify, pb.ClassifyRequest(text=" "))
    assert status.code == grpc.StatusCode.INVALID_ARGUMENT.value[0], status
    violations = details(status, error_details_pb2.BadRequest).field_violations
    assert [violation.field for violation in violations] == ["text"], status
    info = details(status, error_details_pb2.ErrorInfo)
    assert (info.reason, info.domain) == ("TEXT_BLANK", "stance.v1"), status

    batch = client.BatchClassify(pb.BatchClassifyRequest(texts=["Talks were held.", ""]))
    assert batch.results[0].HasField("classification"), batch
    inside = details(batch.results[1].status, error_details_pb2.ErrorInfo)
    assert inside.reason == "TEXT_BLANK", batch

    text = "“No 😀 talks,” he said. The rebels denied the raid. “Never,” said General Ada Lund."
    document = pb.Document(text=text, source_id="7")
    options = pb.AnalyzeOptions(encoding_type=pb.ENCODING_TYPE_UTF32, include_none=True)
    request = pb.AnalyzeDocumentRequest(document=document, options=options)
    answer = client.AnalyzeDocument(request)
    for statement in answer.statements:
        assert text[statement.span.begin_offset : statement.span.end_offset] == statement.text, answer
    assert answer.statements[1].classification.stance == pb.STANCE_DENIAL, answer
    assert answer.statements[2].attribution.speaker == "General Ada Lund", answer
    status = failure(client.AnalyzeDocument, pb.AnalyzeDocumentRequest())
    assert details(status, error_details_pb2.ErrorInfo).reason == "DOCUMENT_MISSING", status
    requests = (
        pb.StreamAnalyzeDocumentsRequest(id=str(i), document=document, options=options)
        for i in range(10)
    )
    for i, streamed in enumerate(client.StreamAnalyzeDocuments(requests)):
        assert (streamed.id, streamed.analysis) == (str(i), answer), streamed

    requests = (pb.StreamClassifyRequest(id=str(i), text="Talks were held.") for i in range(100))
    ids = [answer.id for answer in client.StreamClassify(requests)]
    assert ids == [str(i) for i in range(100)], ids


def main():
    with tempfile.TemporaryDirectory() as out:
        pb, pb_grpc = generate(out)
        process, address = start(sys.argv[1])
        try:
            with grpc.insecure_channel(address) as channel:
                check(pb, pb_grpc.StanceServiceStub(channel))
        finally:
            process.terminate()
        assert process.wait(timeout=60) == 0, "the server did not exit with 0"
    print("python client: passed")


if __name__ == "__main__":
    main()
