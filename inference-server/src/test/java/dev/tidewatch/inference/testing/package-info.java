/** The other servers, as far as this one needs them: in memory, over real gRPC. */
@NullMarked
package dev.tidewatch.inference.testing;

import org.jspecify.annotations.NullMarked;
