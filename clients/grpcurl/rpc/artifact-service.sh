#!/usr/bin/env bash
# Every RPC of ArtifactService: artifact-service.sh lists them with an example request each; artifact-service.sh RPC sends the example,
# artifact-service.sh RPC JSON a request of your own (of a stream: its messages, one after the other).
. "$(dirname "$0")/../call.sh"
service registry tidewatch.registry.v1.ArtifactService "$@" <<'REQUESTS'
UploadArtifact {"start": {"upload_id": "6f1f6b0e-0d0e-4a52-9a6b-0a1b2c3d4e5f", "sha256": "9834876dcfb05cb167a5c24953eba58c4ac89b1adf57f28f2f9d09af107ee8f0", "size_bytes": "3"}} {"chunk": {"offset": "0", "data": "YWFh"}}
GetUpload {"upload_id": "6f1f6b0e-0d0e-4a52-9a6b-0a1b2c3d4e5f"}
CancelUpload {"upload_id": "6f1f6b0e-0d0e-4a52-9a6b-0a1b2c3d4e5f"}
GetArtifact {"sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}
DownloadArtifact {"sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}
REQUESTS
