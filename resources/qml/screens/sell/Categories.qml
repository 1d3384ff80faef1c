import QtQuick
import "../../theme"
import "../../controls"

ListView {
    id: list
    property var rows: []
    property string chosen: ""
    signal picked(string id)

    clip: true
    implicitHeight: Theme.touch
    model: [{ id: "", title: qsTr("All"), glyph: "view-grid-outline" }].concat(rows)
    orientation: ListView.Horizontal
    spacing: 8
    delegate: Chip {
        required property var modelData
        chosen: list.chosen === modelData.id
        iconName: modelData.glyph || ""
        text: modelData.title
        onClicked: list.picked(modelData.id)
    }
}
