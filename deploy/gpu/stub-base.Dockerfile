# What a base image for GPUs must hold, in the place of one: an image that lacks NVIDIA's libraries, to build and check
# the rest without them. docker build -f deploy/gpu/stub-base.Dockerfile --build-arg BASE_IMAGE=autoglm/base:local .
#
# A real base has, beside Java 25, glibc, libstdc++ and libgomp:
#   libcudart.so.13          of CUDA 13.x, as the bindings were made for (13.3)
#   libnvinfer.so.11         of TensorRT 11.2
#   libnvonnxparser.so.11    of TensorRT 11.2; only where engines are built
#   libnvinfer_builder_resource_sm89.so.11.2.1   from NVIDIA's own package: the one for an RTX 4090; only where engines
#                            are built (libnvinfer_builder_resource_ptx.so.11.2.1 does for other cards, slowly)
# and nothing of cuBLAS, cuDNN or NVRTC. The container toolkit adds libcuda.so.1 of a driver of release R580 or newer.
ARG BASE_IMAGE
FROM ${BASE_IMAGE}
LABEL autoglm.gpu.stub="true"
ENV NVIDIA_VISIBLE_DEVICES=all NVIDIA_DRIVER_CAPABILITIES=compute,utility
