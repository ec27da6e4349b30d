package dev.tidewatch.registry.api;

import dev.tidewatch.proto.registry.v1.CreateModelVersionRequest;
import dev.tidewatch.proto.registry.v1.DataType;
import dev.tidewatch.proto.registry.v1.ModelSignature;
import dev.tidewatch.proto.registry.v1.TensorSpec;
import dev.tidewatch.registry.artifacts.ArtifactStore;
import dev.tidewatch.registry.domain.Artifact;
import dev.tidewatch.registry.domain.Sha256;
import dev.tidewatch.registry.domain.TensorSignature;
import dev.tidewatch.registry.domain.TensorType;
import dev.tidewatch.registry.signature.SignatureReader;
import dev.tidewatch.registry.signature.UnreadableModelException;
import dev.tidewatch.serverkit.errors.FailedPrecondition;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import dev.tidewatch.serverkit.errors.NotFound;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** The signature of a version that is to be made: as given, or as its file says. */
final class VersionSignatures {
  private final ArtifactStore artifacts;

  VersionSignatures(ArtifactStore artifacts) {
    this.artifacts = artifacts;
  }

  /**
   * Reads the artifact unless it is a bundle. An artifact that is not there is not judged here.
   *
   * @throws FailedPrecondition {@code ARTIFACT_UNREADABLE}
   */
  ModelSignature of(CreateModelVersionRequest request) {
    Sha256 sha256 = Fields.sha256("artifact_sha256", request.getArtifactSha256());
    ModelSignature given = request.getSignature();
    Artifact artifact;
    try {
      artifact = artifacts.get(sha256);
    } catch (NotFound e) {
      return given;
    }
    if (!SignatureReader.reads(artifact.format())) {
      if (!request.hasSignature()) {
        throw InvalidArgument.field("signature", "required for artifacts of format BUNDLE");
      }
      return given;
    }
    TensorSignature found = read(artifact);
    TensorSignature said = tensors(given);
    if (said.isEmpty()) {
      return given.toBuilder()
          .addAllInputs(found.inputs().stream().map(VersionSignatures::message).toList())
          .addAllOutputs(found.outputs().stream().map(VersionSignatures::message).toList())
          .build();
    }
    Optional<String> wrong = found.breaks(said);
    if (wrong.isPresent()) {
      throw InvalidArgument.field(
          "signature",
          "is not what the file says: " + wrong.get() + "; leave it out to have it read");
    }
    return given;
  }

  private TensorSignature read(Artifact artifact) {
    try (ArtifactBytes bytes = new ArtifactBytes(artifacts.read(artifact.sha256(), 0))) {
      return SignatureReader.read(artifact.format(), bytes);
    } catch (UnreadableModelException e) {
      throw new FailedPrecondition(
              "ARTIFACT_UNREADABLE",
              "artifact_sha256: the signature cannot be read from the file, which was uploaded as "
                  + artifact.format()
                  + ": "
                  + e.getMessage(),
              e)
          .with("sha256", artifact.sha256().hex());
    } catch (IOException e) {
      throw DiskErrors.of(e);
    }
  }

  static TensorSignature tensors(ModelSignature signature) {
    return new TensorSignature(
        specs("signature.inputs", signature.getInputsList()),
        specs("signature.outputs", signature.getOutputsList()));
  }

  private static List<dev.tidewatch.registry.domain.TensorSpec> specs(
      String field, List<TensorSpec> specs) {
    return specs.stream()
        .map(spec ->
            new dev.tidewatch.registry.domain.TensorSpec(
                spec.getName(),
                type(field, spec.getDataType()),
                spec.getShapeList(),
                spec.getOptional()))
        .toList();
  }

  static TensorType type(String field, DataType type) {
    return switch (type) {
      case DATA_TYPE_BOOL -> TensorType.BOOL;
      case DATA_TYPE_UINT8 -> TensorType.UINT8;
      case DATA_TYPE_UINT16 -> TensorType.UINT16;
      case DATA_TYPE_UINT32 -> TensorType.UINT32;
      case DATA_TYPE_UINT64 -> TensorType.UINT64;
      case DATA_TYPE_INT8 -> TensorType.INT8;
      case DATA_TYPE_INT16 -> TensorType.INT16;
      case DATA_TYPE_INT32 -> TensorType.INT32;
      case DATA_TYPE_INT64 -> TensorType.INT64;
      case DATA_TYPE_FP16 -> TensorType.FP16;
      case DATA_TYPE_BF16 -> TensorType.BF16;
      case DATA_TYPE_FP32 -> TensorType.FP32;
      case DATA_TYPE_FP64 -> TensorType.FP64;
      case DATA_TYPE_BYTES -> TensorType.BYTES;
      case DATA_TYPE_UNSPECIFIED, UNRECOGNIZED ->
          throw InvalidArgument.field(field, "a tensor without data type");
    };
  }

  private static TensorSpec message(dev.tidewatch.registry.domain.TensorSpec spec) {
    return TensorSpec.newBuilder()
        .setName(spec.name())
        .setDataType(DataType.valueOf("DATA_TYPE_" + spec.type().name()))
        .addAllShape(spec.shape())
        .setOptional(spec.optional())
        .build();
  }
}
