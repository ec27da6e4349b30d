#!/usr/bin/env python3
"""A Tidewatch client in Python: streams readings in exactly once, reads them back, forecasts, lists anomalies.

    ./stubs.sh build && PYTHONPATH=build ./example.py write --series demo/python/temperature --count 2000
    PYTHONPATH=build ./example.py read --series demo/python/temperature
    PYTHONPATH=build ./example.py aggregate --series demo/python/temperature --bucket 3600
    PYTHONPATH=build ./example.py quality --series demo/python/temperature
    PYTHONPATH=build ./example.py export --series demo/python/temperature --output temperature.csv
    ../../tidewatch train demo/python/temperature --horizon 12
    PYTHONPATH=build ./example.py forecast --series demo/python/temperature --horizon 12
    PYTHONPATH=build ./example.py anomalies --series demo/python/temperature

Needs grpcio and protobuf (Debian: python3-grpcio python3-protobuf, which belong to /usr/bin/python3).
"""

import argparse
import json
import math
import os
import queue
import sys
import time

import grpc

from inference import grpc_service_pb2 as oip, grpc_service_pb2_grpc as oip_grpc
from tidewatch.inference.v1 import forecast_pb2, forecast_pb2_grpc
from tidewatch.ingest.v1 import ingest_pb2, ingest_pb2_grpc, query_pb2, query_pb2_grpc, readings_pb2, series_pb2
from tidewatch.type.v1 import grid_pb2
from tidewatch.monitor.v1 import anomaly_pb2, anomaly_pb2_grpc

STEP_MICROS = 300 * 1_000_000
BATCH_READINGS = 500


class Writer:
    """Sends numbered batches on one stream and sends again, after a break, what was not acknowledged.

    The server tells on opening which sequence it has on disk, so a batch is never stored twice and never lost. Not for
    several threads at once.
    """

    def __init__(self, stub, writer_id, metadata, attempts_max=8):
        self._stub = stub
        self._writer_id = writer_id
        self._metadata = metadata
        self._attempts_max = attempts_max
        self._unacknowledged = {}
        self._sequence = 0
        self.counts = {"accepted": 0, "unchanged": 0, "replaced": 0, "dropped": 0, "rejected": 0}
        self._open()

    def _open(self):
        self._requests = queue.SimpleQueue()
        self._responses = self._stub.StreamReadings(iter(self._requests.get, None), metadata=self._metadata)
        self._requests.put(ingest_pb2.StreamReadingsRequest(open=ingest_pb2.OpenWriter(writer_id=self._writer_id)))
        opened = next(self._responses).opened
        self._acknowledged(opened.last_sequence)
        self._sequence = max(self._sequence, opened.last_sequence)
        self._in_flight_max = max(1, opened.budget.batches_in_flight_max)
        for sequence in sorted(self._unacknowledged):
            self._put(self._unacknowledged[sequence])

    def _put(self, batch):
        self._requests.put(ingest_pb2.StreamReadingsRequest(batch=batch))

    def _acknowledged(self, through):
        for sequence in [s for s in self._unacknowledged if s <= through]:
            del self._unacknowledged[sequence]

    def send(self, columns):
        """Sends one batch of SeriesReadings; waits while as many batches are under way as the server allows."""
        self._sequence += 1
        batch = ingest_pb2.ReadingsBatch(sequence=self._sequence, columns=columns)
        self._unacknowledged[self._sequence] = batch
        self._put(batch)
        while len(self._unacknowledged) >= self._in_flight_max:
            self._receive()

    def flush(self):
        """Returns when everything sent is acknowledged, which means committed."""
        while self._unacknowledged:
            self._receive()

    def _receive(self):
        for attempt in range(self._attempts_max):
            try:
                acknowledgement = next(self._responses).acknowledged
                for name in self.counts:
                    self.counts[name] += getattr(acknowledgement.counts, name)
                for reject in acknowledgement.rejected:
                    print(f"rejected: {reject.message}", file=sys.stderr)
                self._acknowledged(acknowledgement.through_sequence)
                return
            except (grpc.RpcError, StopIteration) as e:
                code = e.code() if isinstance(e, grpc.RpcError) else None
                if code not in (None, grpc.StatusCode.UNAVAILABLE):
                    raise
                time.sleep(min(5.0, 0.1 * 2**attempt))
                try:
                    self._open()
                except grpc.RpcError as again:
                    if again.code() != grpc.StatusCode.UNAVAILABLE:
                        raise
        raise ConnectionError(f"no answer after {self._attempts_max} attempts")

    def close(self):
        self.flush()
        self._requests.put(None)


def write(args, channels, metadata):
    end_micros = int(time.time()) * 1_000_000 // STEP_MICROS * STEP_MICROS
    times = [end_micros - (args.count - i) * STEP_MICROS for i in range(args.count)]
    values = [21 + 3 * math.sin(2 * math.pi * (t / 1e6 % 86400) / 86400) for t in times]
    stub = ingest_pb2_grpc.IngestServiceStub(channels["ingest"])
    writer = Writer(stub, args.writer, metadata)
    for start in range(0, args.count, BATCH_READINGS):
        end = start + BATCH_READINGS
        writer.send([readings_pb2.SeriesReadings(series=args.series, times_micros=times[start:end], values=values[start:end])])
    writer.close()
    print(json.dumps({"series": args.series, **writer.counts}))


def read(args, channels, metadata):
    stub = query_pb2_grpc.QueryServiceStub(channels["ingest"])
    selection = series_pb2.SeriesSelection(names=[args.series])
    count, total, position = 0, 0.0, 0
    for answer in stub.QueryReadings(query_pb2.QueryReadingsRequest(selection=selection), metadata=metadata, timeout=60):
        position = answer.feed_position.position
        for column in answer.columns:
            count += len(column.values)
            total += sum(column.values)
    latest = stub.GetLatestReadings(query_pb2.GetLatestReadingsRequest(selection=selection), metadata=metadata, timeout=10)
    print(json.dumps({
        "series": args.series,
        "readings": count,
        "mean": round(total / count, 6) if count else None,
        "latest": latest.readings[0].value if latest.readings else None,
        "feed_position": position,
    }))


def aggregate(args, channels, metadata):
    stub = query_pb2_grpc.QueryServiceStub(channels["ingest"])
    request = query_pb2.AggregateReadingsRequest(
        selection=series_pb2.SeriesSelection(names=[args.series]),
        functions=[query_pb2.BUCKET_FUNCTION_MEAN, query_pb2.BUCKET_FUNCTION_MAX, query_pb2.BUCKET_FUNCTION_COUNT],
        fill=grid_pb2.FILL_LINEAR)
    request.range.end_time.FromSeconds(int(time.time()))
    request.range.start_time.FromSeconds(int(time.time()) - args.days * 86400)
    request.bucket.FromSeconds(args.bucket)
    buckets, readings = 0, 0
    for answer in stub.AggregateReadings(request, metadata=metadata, timeout=60):
        for one in answer.series:
            mean, largest, count = (column.values for column in one.columns)
            for i, start in enumerate(one.start_micros):
                print(f"{time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime(start // 1_000_000))}  {mean[i]:.3f}  {largest[i]:.3f}  {count[i]:.0f}")
            buckets += len(one.start_micros)
            readings += int(sum(count))
    print(json.dumps({"series": args.series, "buckets": buckets, "readings": readings}))


def quality(args, channels, metadata):
    stub = query_pb2_grpc.QueryServiceStub(channels["ingest"])
    request = query_pb2.ReportDataQualityRequest(selection=series_pb2.SeriesSelection(names=[args.series]))
    report = stub.ReportDataQuality(request, metadata=metadata, timeout=60).series[0]
    print(json.dumps({
        "series": report.series,
        "readings": report.reading_count,
        "every_seconds": report.interval.ToMilliseconds() / 1e3,
        "completeness": report.completeness,
        "gaps": report.gap_count,
        "rejected": report.counts.rejected,
        "latency_p99_seconds": report.latency_p99.ToMilliseconds() / 1e3,
    }))


def export(args, channels, metadata):
    """Writes a CSV file. After a break the stream goes on behind the last chunk that was written."""
    stub = query_pb2_grpc.QueryServiceStub(channels["ingest"])
    request = query_pb2.ExportReadingsRequest(
        selection=series_pb2.SeriesSelection(names=[args.series]), format=query_pb2.EXPORT_FORMAT_CSV)
    readings, breaks = 0, 0
    with open(args.output, "wb") as file:
        while True:
            try:
                for answer in stub.ExportReadings(request, metadata=metadata):
                    file.write(answer.chunk)
                    request.resume_token = answer.resume_token
                    readings, breaks = answer.readings_exported, 0
                break
            except grpc.RpcError as e:
                breaks += 1
                if e.code() != grpc.StatusCode.UNAVAILABLE or breaks > 8:
                    raise
                time.sleep(min(5.0, 0.1 * 2**breaks))
    print(json.dumps({"file": args.output, "readings": readings}))


def forecast(args, channels, metadata):
    stub = forecast_pb2_grpc.ForecastServiceStub(channels["inference"])
    request = forecast_pb2.ForecastRequest(
        series=[args.series], horizon=args.horizon, levels=[0.9], allow_fallback=args.allow_fallback)
    answer = stub.Forecast(request, metadata=metadata, timeout=30).forecasts[0]
    if answer.HasField("error"):
        sys.exit(f"{answer.error.reason}: {answer.error.message}")
    print(json.dumps({
        "series": args.series,
        "model": answer.answered_by.model,
        "version": answer.answered_by.version,
        "steps": len(answer.mean),
        "first": {"mean": answer.mean[0], "lower": answer.intervals[0].lower[0], "upper": answer.intervals[0].upper[0]},
        "fallback": answer.fallback,
    }))


def anomalies(args, channels, metadata):
    stub = anomaly_pb2_grpc.AnomalyServiceStub(channels["monitor"])
    request = anomaly_pb2.ListAnomaliesRequest(page_size=100)
    if args.series:
        request.filter.series = args.series
    count = 0
    while True:
        page = stub.ListAnomalies(request, metadata=metadata, timeout=10)
        for anomaly in page.anomalies:
            count += 1
            print(f"{anomaly.time.ToJsonString()}  {anomaly.series}  {anomaly.value:g}  score {anomaly.score:.2f}")
        if not page.next_page_token:
            break
        request.page_token = page.next_page_token
    print(json.dumps({"anomalies": count}))


def server(args, channels, metadata):
    stub = oip_grpc.GRPCInferenceServiceStub(channels["inference"])
    about = stub.ServerMetadata(oip.ServerMetadataRequest(), metadata=metadata, timeout=10)
    live = stub.ServerLive(oip.ServerLiveRequest(), metadata=metadata, timeout=10).live
    print(json.dumps({"name": about.name, "version": about.version, "live": live}))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, port in (("ingest", 7410), ("inference", 7430), ("monitor", 7440)):
        parser.add_argument(f"--{name}", default=os.environ.get(f"TIDEWATCH_{name.upper()}", f"localhost:{port}"),
                            help=f"address of the {name} server (default: %(default)s)")
    parser.add_argument("--api-key", default=os.environ.get("TIDEWATCH_API_KEY", ""))
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("write", help="stream generated readings in, exactly once")
    one.add_argument("--series", required=True)
    one.add_argument("--count", type=int, default=2000)
    one.add_argument("--writer", default="python-example")
    one.set_defaults(run=write)
    one = commands.add_parser("read", help="read them back")
    one.add_argument("--series", required=True)
    one.set_defaults(run=read)
    one = commands.add_parser("aggregate", help="mean, largest and count in buckets")
    one.add_argument("--series", required=True)
    one.add_argument("--bucket", type=int, default=3600, help="seconds (default: %(default)s)")
    one.add_argument("--days", type=int, default=7, help="back from now (default: %(default)s)")
    one.set_defaults(run=aggregate)
    one = commands.add_parser("quality", help="how complete, timely and clean the readings are")
    one.add_argument("--series", required=True)
    one.set_defaults(run=quality)
    one = commands.add_parser("export", help="write all readings to a CSV file, over broken connections")
    one.add_argument("--series", required=True)
    one.add_argument("--output", required=True)
    one.set_defaults(run=export)
    one = commands.add_parser("forecast", help="forecast with a 90 %% interval")
    one.add_argument("--series", required=True)
    one.add_argument("--horizon", type=int, default=24)
    one.add_argument("--allow-fallback", action="store_true", help="take a flagged seasonal naive forecast if no model can answer")
    one.set_defaults(run=forecast)
    one = commands.add_parser("anomalies", help="list what the detectors reported")
    one.add_argument("--series")
    one.set_defaults(run=anomalies)
    one = commands.add_parser("server", help="ask the inference server by the Open Inference Protocol")
    one.set_defaults(run=server)
    args = parser.parse_args()
    channels = {name: grpc.insecure_channel(getattr(args, name)) for name in ("ingest", "inference", "monitor")}
    metadata = [("authorization", f"Bearer {args.api_key}")] if args.api_key else []
    try:
        args.run(args, channels, metadata)
    except grpc.RpcError as e:
        sys.exit(f"{e.code().name}: {e.details()}")


if __name__ == "__main__":
    main()
