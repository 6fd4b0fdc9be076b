# A GPU image: the image of a service, plus the bindings' own libraries. sh deploy/images/build.sh --gpu lays out the
# build context. SERVICE_IMAGE was built on a base with NVIDIA's libraries: see deploy/gpu/stub-base.Dockerfile.
ARG SERVICE_IMAGE
FROM ${SERVICE_IMAGE}
COPY natives/ /opt/autoglm/gpu/
# Plans are built once into a volume, by the image called engine-builder, and signed with a key that both know.
ENV AUTOGLM_ENGINE=tensorrt \
    AUTOGLM_TENSORRT_NATIVES=/opt/autoglm/gpu \
    AUTOGLM_ENGINE_FOLDER=/engines \
    NVIDIA_VISIBLE_DEVICES=all \
    NVIDIA_DRIVER_CAPABILITIES=compute,utility
