/** What can be said about the files of docker/ without a container engine. */
@NullMarked
package dev.tidewatch.systemtests.docker;

import org.jspecify.annotations.NullMarked;
