package dev.shortpath.image;

/**
 * An image that was written.
 *
 * @param name repository and tag
 * @param id the image's identifier: {@code sha256:} and the digest of its configuration, which
 *     holds the digests of the layers' contents
 * @param files number of files in its layers, directories not counted
 * @param bytes size of the tar file
 */
record WrittenImage(String name, String id, int files, long bytes) {}
