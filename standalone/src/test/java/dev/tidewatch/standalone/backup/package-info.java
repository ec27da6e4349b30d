@org.jspecify.annotations.NullMarked
package dev.tidewatch.standalone.backup;
