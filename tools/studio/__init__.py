"""The studio: the demo's product pictures, built as small scenes and photographed by Blender.

Blender comes as a Python module and is needed by nothing else, so it is no dependency of the mall:
`python3.11 -m venv /tmp/studio && /tmp/studio/bin/pip install bpy==5.0.1 pillow`, then
`/tmp/studio/bin/python -m tools.studio.render [NAME ...]` renders all pictures, or those named,
into `sharemall/demo/pictures/`.
"""
