/* Inflation by libdeflate, where the machine has it: two to three times as fast as zlib. It is looked up when it is first asked for,
   so that neither its headers are needed to build this nor it itself to run. See dev.cutoff.abi.zip.Libdeflate. */
#include <dlfcn.h>
#include <jni.h>
#include <stddef.h>

static void *(*allocate)(void);
static void (*release)(void *);
static int (*inflate)(void *, const void *, size_t, void *, size_t, size_t *, size_t *);

/* Whether the library is there. */
JNIEXPORT jboolean JNICALL Java_dev_cutoff_abi_zip_Libdeflate_load(JNIEnv *env, jclass self) {
  (void)env, (void)self;
  void *library = dlopen("libdeflate.so.0", RTLD_NOW | RTLD_LOCAL);
  if (!library) return JNI_FALSE;
  allocate = (void *(*)(void))dlsym(library, "libdeflate_alloc_decompressor");
  release = (void (*)(void *))dlsym(library, "libdeflate_free_decompressor");
  inflate = (int (*)(void *, const void *, size_t, void *, size_t, size_t *, size_t *))dlsym(
      library, "libdeflate_deflate_decompress_ex");
  return allocate && release && inflate ? JNI_TRUE : JNI_FALSE;
}

/* A decompressor, for one thread; 0 without memory. */
JNIEXPORT jlong JNICALL Java_dev_cutoff_abi_zip_Libdeflate_allocate(JNIEnv *env, jclass self) {
  (void)env, (void)self;
  return (jlong)allocate();
}

JNIEXPORT void JNICALL Java_dev_cutoff_abi_zip_Libdeflate_release(JNIEnv *env, jclass self, jlong decompressor) {
  (void)env, (void)self;
  release((void *)decompressor);
}

/* Whether packed bytes are, all of them, the deflated form of so many bytes, which are written to the other array. */
JNIEXPORT jboolean JNICALL Java_dev_cutoff_abi_zip_Libdeflate_inflate(
    JNIEnv *env, jclass self, jlong decompressor, jbyteArray packed, jint packed_size, jbyteArray content, jint size) {
  (void)self;
  if (packed_size < 0 || size < 0 || packed_size > (*env)->GetArrayLength(env, packed) ||
      size > (*env)->GetArrayLength(env, content))
    return JNI_FALSE;
  size_t taken = 0, given = 0;
  int result = -1;
  void *from = (*env)->GetPrimitiveArrayCritical(env, packed, NULL);
  void *to = from ? (*env)->GetPrimitiveArrayCritical(env, content, NULL) : NULL;
  if (to) {
    result = inflate((void *)decompressor, from, (size_t)packed_size, to, (size_t)size, &taken, &given);
    (*env)->ReleasePrimitiveArrayCritical(env, content, to, 0);
  }
  if (from) (*env)->ReleasePrimitiveArrayCritical(env, packed, from, JNI_ABORT);
  return result == 0 && taken == (size_t)packed_size && given == (size_t)size ? JNI_TRUE : JNI_FALSE;
}
