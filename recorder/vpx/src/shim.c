/* What Rust asks of libvpx, in words that are the same for every version of it: its own structs
 * differ from one to the next, so none of them crosses over. */

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <vpx/vp8dx.h>
#include <vpx/vpx_decoder.h>

struct bedside_vpx {
  vpx_codec_ctx_t codec;
};

/* A picture in libvpx's memory, valid until the decoder is next asked for anything. */
struct bedside_vpx_picture {
  const uint8_t *planes[3];
  size_t strides[3];
  uint32_t width;
  uint32_t height;
};

enum { BEDSIDE_VPX_NOTHING = 0, BEDSIDE_VPX_PICTURE = 1, BEDSIDE_VPX_DAMAGED = 2, BEDSIDE_VPX_OTHER = 3 };

/* One thread a decoder; NULL when there is no memory or no such decoder in this libvpx. */
struct bedside_vpx *bedside_vpx_new(int vp9) {
  struct bedside_vpx *self = calloc(1, sizeof *self);
  if (self == NULL) return NULL;
  vpx_codec_dec_cfg_t config = {0};
  config.threads = 1;
  vpx_codec_iface_t *codec = vp9 ? vpx_codec_vp9_dx() : vpx_codec_vp8_dx();
  if (vpx_codec_dec_init(&self->codec, codec, &config, 0) != VPX_CODEC_OK) {
    free(self);
    return NULL;
  }
  return self;
}

void bedside_vpx_free(struct bedside_vpx *self) {
  vpx_codec_destroy(&self->codec);
  free(self);
}

/* Decodes one frame; of several pictures in it the last one counts. */
int bedside_vpx_decode(struct bedside_vpx *self, const uint8_t *frame, uint32_t len,
                       struct bedside_vpx_picture *out) {
  if (vpx_codec_decode(&self->codec, frame, len, NULL, 0) != VPX_CODEC_OK) return BEDSIDE_VPX_DAMAGED;
  vpx_codec_iter_t iter = NULL;
  const vpx_image_t *image = NULL;
  for (const vpx_image_t *next; (next = vpx_codec_get_frame(&self->codec, &iter)) != NULL;) image = next;
  if (image == NULL) return BEDSIDE_VPX_NOTHING;
  if (image->fmt != VPX_IMG_FMT_I420) return BEDSIDE_VPX_OTHER;
  out->width = image->d_w;
  out->height = image->d_h;
  for (int plane = 0; plane < 3; plane++) {
    const uint32_t width = plane == 0 ? image->d_w : (image->d_w + 1) / 2;
    if (image->planes[plane] == NULL || image->stride[plane] < 0 || (uint32_t)image->stride[plane] < width)
      return BEDSIDE_VPX_OTHER;
    out->planes[plane] = image->planes[plane];
    out->strides[plane] = (size_t)image->stride[plane];
  }
  return image->d_w > 0 && image->d_h > 0 ? BEDSIDE_VPX_PICTURE : BEDSIDE_VPX_NOTHING;
}
