import QtQuick
import QtQuick.Shapes
import "../../theme"
import "../../controls"

// Sent an hour as bars, what waited as a line above them.
Item {
    id: health
    property var rows: []
    readonly property var line: rows.map((row, i) => Qt.point((i + 0.5) * (width - bars.axis) / Math.max(1, rows.length),
                                                              (bars.height - bars.foot) * (1 - row.waiting / bars.most)))

    BarChart {
        id: bars
        anchors { bottomMargin: 28; fill: parent }
        labels: (fmt.locale, health.rows.map(row => fmt.hour(row.hour)))
        values: health.rows.map(row => row.sent)
    }
    Shape {
        height: bars.height - bars.foot
        preferredRendererType: Shape.GeometryRenderer
        width: health.width - bars.axis
        x: bars.axis
        ShapePath {
            capStyle: ShapePath.RoundCap
            fillColor: "transparent"
            joinStyle: ShapePath.RoundJoin
            strokeColor: Theme.surface
            strokeWidth: 7
            PathPolyline { path: health.line }
        }
        ShapePath {
            capStyle: ShapePath.RoundCap
            fillColor: "transparent"
            joinStyle: ShapePath.RoundJoin
            strokeColor: Theme.attention
            strokeWidth: 2.5
            PathPolyline { path: health.line }
        }
    }
    Row {
        anchors { bottom: parent.bottom; left: parent.left; leftMargin: bars.axis }
        spacing: 8
        Rectangle { anchors.verticalCenter: parent.verticalCenter; color: Theme.accent; height: 12; radius: 3; width: 12 }
        AppText { font.pixelSize: Theme.small; muted: true; text: qsTr("Sent in the hour") }
        Item { height: 1; width: 8 }
        Rectangle { anchors.verticalCenter: parent.verticalCenter; color: Theme.attention; height: 3; radius: 1; width: 18 }
        AppText { font.pixelSize: Theme.small; muted: true; text: qsTr("Waiting at most") }
    }
}
