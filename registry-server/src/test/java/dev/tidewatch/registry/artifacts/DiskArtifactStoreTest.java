package dev.tidewatch.registry.artifacts;

import java.nio.file.Path;

/** The store on a real folder. */
class DiskArtifactStoreTest extends ArtifactStoreContract {
  @Override
  ContentStore openContent(Path folder) {
    return new ContentFolder(folder, new StagingFolder(folder));
  }

  @Override
  Path contentRoot(Path folder) {
    return folder;
  }
}
